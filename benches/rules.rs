//! What Firestore rules of a thousand lines cost: reading them, judging them, the whole matrix.
//!
//! `cargo bench --bench rules`.
#![allow(clippy::print_stdout)]
#![allow(clippy::format_collect, clippy::unnecessary_to_owned)] // a bench reads as a list of inputs

use std::{
    fmt::Write as _,
    hint::black_box,
    time::{Duration, Instant},
};

use gonogo::engine::firestore::{Analysis, compile, prove::matrix};

fn main() {
    let rules = rules(1_000);
    println!("{} lines, {} bytes", rules.lines().count(), rules.len());
    measure("parse and compile", || drop(black_box(compile(&rules))));
    measure("analyse", || drop(black_box(Analysis::of(&rules))));
    let analysis = Analysis::of(&rules);
    measure("matrix", || drop(black_box(matrix(&analysis))));
    for (name, hostile) in hostile() {
        let started = Instant::now();
        let analysis = Analysis::of(&hostile);
        let rows = matrix(&analysis);
        println!(
            "{name:<20} {:>9.2} ms once: {} bytes, {} errors, {} paths",
            started.elapsed().as_secs_f64() * 1_000.0,
            hostile.len(),
            analysis.compiled.errors.len(),
            rows.len()
        );
    }
}

/// Files made to cost time: deep, long, and doubling at each step.
fn hostile() -> Vec<(&'static str, String)> {
    let around = |functions: &str, condition: &str| {
        format!(
            "rules_version = '2';\nservice cloud.firestore {{ match /databases/{{d}}/documents {{ {functions}\nmatch /a/{{b}} {{ allow read, write: if {condition}; }} }} }}"
        )
    };
    let doubling: String =
        (0..20).map(|at| format!("function f{at}(x) {{ return f{0}(x) || f{0}(!x); }}\n", at + 1)).collect();
    let doubling = format!("{doubling}function f20(x) {{ return x == resource.data.a; }}");
    let fields: Vec<String> =
        (0..90).map(|at| format!("resource.data.a{at} == request.resource.data.b{at}")).collect();
    let many: String = (0..900)
        .map(|at| format!("match /c{at}/{{id}} {{ allow read, write: if {}; }}\n", fields[..30].join(" || ")))
        .collect();
    vec![
        ("ten megabytes", around("", &"true || ".repeat(1_200_000))),
        ("deep parentheses", around("", &format!("{}true{}", "(".repeat(50_000), ")".repeat(50_000)))),
        ("deep matches", "match /a/{b} { ".repeat(15_000)),
        ("doubling calls", around(&doubling, "f0(request.auth.uid)")),
        ("many alternatives", around("", &fields.join(" && "))),
        (
            "many paths",
            around(
                &many[..many.len().min(250_000)].rsplit_once("match").map_or("", |(kept, _)| kept).to_owned(),
                "true",
            ),
        ),
    ]
}

fn measure(name: &str, mut run: impl FnMut()) {
    let mut walls: Vec<Duration> = (0..15)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        })
        .collect();
    walls.sort();
    println!("{name:<20} {:>9.2} ms", walls[walls.len() / 2].as_secs_f64() * 1_000.0);
}

/// Collections as products have them, until there are so many lines.
fn rules(lines: usize) -> String {
    let mut text = String::from(
        "rules_version = '2';\nservice cloud.firestore {\n  match /databases/{database}/documents {\n    \
         function signedIn() { return request.auth != null; }\n    \
         function owns() { return signedIn() && resource.data.owner == request.auth.uid; }\n    \
         function member(org) {\n      return exists(/databases/$(database)/documents/orgs/$(org)/members/$(request.auth.uid));\n    }\n",
    );
    let mut at = 0;
    while text.lines().count() + 12 < lines {
        at += 1;
        let _ = write!(
            text,
            "    match /orgs/{{org}}/things{at}/{{id}} {{\n      allow get: if owns() || member(org);\n      \
             allow list: if member(org)\n        && request.query.limit <= 100;\n      allow create: if signedIn()\n        \
             && request.resource.data.owner == request.auth.uid\n        && request.resource.data.title is string;\n      \
             allow update: if owns()\n        && request.resource.data.diff(resource.data).affectedKeys().hasOnly(['title']);\n      \
             allow delete: if owns();\n    }}\n"
        );
    }
    text.push_str("  }\n}\n");
    text
}

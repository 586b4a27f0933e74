//! Storage rules against the emulator, which compiles them but has no files: they are transplanted.
//!
//! `match /b/{bucket}/o` becomes a folder of documents, a property of a file a field of a document,
//! `firestore.get` a plain `get`. Four copies of the rules stand side by side: for paths with an odd
//! and with an even number of segments (a document's has an even one, a file's any), and the same
//! for uploads over a file that is there, which are `create` for files and `update` for documents.
//!
//! Left out, because the two worlds differ by design: conditions on the request's own path, and on
//! a file as a whole; lists under version 1; more than two documents read.

#[path = "storage/request.rs"]
mod request;
#[path = "storage/transplant.rs"]
mod transplant;

use std::path::Path;

use gonogo::engine::firestore::{
    Analysis, compile,
    request::{Decision, Method, Store, decide_all},
    storage::{decide, matrix},
    value::Value,
};
use request::{Case, callers, cases, now, of_witness};
pub(super) use transplant::expressions;
use transplant::transplant;

use super::{ONE, emulator::Emulator, random::Dice, rules_files};

#[derive(Default)]
struct Tally {
    files: usize,
    decisions: usize,
    witnesses: usize,
    allowed: usize,
    left_out: Vec<String>,
    wrong: Vec<String>,
}

/// Both decide every case; every request that the matrix prints is among them.
fn hold(emulator: &Emulator, rules: &str, name: &str, tally: &mut Tally) {
    let analysis = Analysis::of(rules);
    let moved = match transplant(rules, &analysis.compiled) {
        Ok(moved) => moved,
        Err(why) => return tally.left_out.push(format!("{name}: {why}")),
    };
    if let Err(refused) = emulator.load(&moved) {
        return tally
            .wrong
            .push(format!("{name}: the transplanted rules do not compile: {refused}\n{moved}"));
    }
    tally.files += 1;
    let own = compile(&moved);
    let rows = matrix(&analysis, now());
    let shown: Vec<Case> = rows.iter().flat_map(|row| &row.witnesses).map(of_witness).collect();
    tally.witnesses += shown.len();
    let documents = shown.iter().fold(Store::new(), |mut all, case| {
        all.extend(case.documents.clone());
        all
    });
    let mut asked = shown;
    for row in &rows {
        for auth in callers(&row.witnesses) {
            asked.extend(cases(&row.plain.pattern, &auth, &documents));
        }
    }
    asked.retain(|case| case.request.method != Method::List || analysis.compiled.ruleset.is_v2());
    // The scene changes as seldom as can be.
    asked.sort_by_key(|case| format!("{:?}", case.scene()));
    let mut scene = None;
    for case in asked {
        let ours = decide(&analysis.compiled, &case.request, case.stored.as_ref(), &case.documents);
        if matches!(&ours, Decision::Deny(denial) if format!("{denial:?}").contains("Budget")) {
            continue;
        }
        let there = case.scene();
        if scene.as_ref() != Some(&there) {
            emulator.clear();
            emulator.restore(&there, &[]);
            scene = Some(there.clone());
        }
        let request = case.transplanted();
        let (Some(theirs), said) = emulator.allows(&request) else { continue };
        if theirs && !request.method.is_read() {
            scene = None;
        }
        tally.decisions += 1;
        tally.allowed += usize::from(theirs);
        if matches!(ours, Decision::Allow(_)) == theirs {
            continue;
        }
        // Where the engine of documents says the same of the transplanted rules, the transplant differs.
        let mut after = there.clone();
        match &request.data {
            Some(data) => drop(after.insert(request.path.clone(), data.clone())),
            None if request.method == Method::Delete => drop(after.remove(&request.path)),
            None => {}
        }
        let documents = decide_all(&own, std::slice::from_ref(&request), &there, &after);
        tally.wrong.push(format!(
            "{name}: {} of {} as {:?} over {:?}, sent {:?}: {ours:?}, the emulator allows: {theirs}: {said} (as a document: {documents:?})",
            case.request.method.name(),
            case.request.path,
            case.request.auth,
            case.stored.as_ref().map(|file| &file["contentType"]),
            case.request.sent.as_ref().map(|file| (&file["contentType"], &file["size"], &file["metadata"])),
        ));
    }
}

fn conclude(tally: &Tally) {
    eprintln!(
        "{} files, {} decisions ({} allowed), {} witnesses, {} left out, {} differ",
        tally.files,
        tally.decisions,
        tally.allowed,
        tally.witnesses,
        tally.left_out.len(),
        tally.wrong.len()
    );
    for line in &tally.left_out {
        eprintln!("left out: {line}");
    }
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
}

const BODIES: &[&str] = &[
    "match /users/{uid}/{file=**} { allow read: if true; allow write: if request.auth.uid == uid; }",
    "match /{all=**} { allow read, write: if request.auth != null; }",
    "match /avatars/{name} { function small() { return request.resource.size < 5 * 1024 * 1024; } allow get: if resource != null; allow create: if small() && request.resource.contentType.matches('image/.*'); allow delete: if request.resource == null && resource.metadata.owner == request.auth.uid; }",
    "match /docs/{uid}/{name} { allow create: if request.resource.metadata.owner == request.auth.uid && request.resource.size > 0; allow update: if resource.contentType == request.resource.contentType && request.resource.metadata == resource.metadata; allow list: if request.auth.uid == uid; allow get: if resource.size < 2000 || 'public' in resource.metadata; }",
    "match /reports/{name} { allow read: if firestore.get(/databases/(default)/documents/users/$(request.auth.uid)).data.role == 'admin'; allow write: if firestore.exists(/databases/(default)/documents/users/$(request.auth.uid)) && name.matches('.*[.]png'); }",
    "match /old/{name=**} { allow write: if request.resource.size < 10 && request.resource.contentType != 'text/html'; allow read: if request.time < timestamp.date(2020, 1, 1) || resource.timeCreated < request.time; }",
];

fn with_header(version: &str, body: &str) -> String {
    format!("{version}service firebase.storage {{\n  match /b/{{bucket}}/o {{\n{body}\n  }}\n}}")
}

#[test]
fn transplanted_storage_rules_come_out_as_in_the_emulator() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let mut tally = Tally::default();
    for body in BODIES {
        for version in ["rules_version = '2';\n", ""] {
            hold(&emulator, &with_header(version, body), body, &mut tally);
        }
    }
    assert!(tally.decisions > 1_000 && tally.allowed > 200, "{} and {}", tally.decisions, tally.allowed);
    assert_eq!(tally.files, 2 * BODIES.len(), "{:?}", tally.left_out);
    conclude(&tally);
}

/// Rules files of your own: `GONOGO_STORAGE_RULES=folder`.
#[test]
fn storage_files_of_your_own_come_out_as_in_the_emulator() {
    let Some(folder) = std::env::var_os("GONOGO_STORAGE_RULES") else { return };
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut tally = Tally::default();
    for files in rules_files(Path::new(&folder)).chunks(25) {
        // It never gives back the memory of a ruleset.
        let Some(emulator) = Emulator::start() else { return };
        for (name, rules) in files {
            let (errors, loaded) = (compile(rules).errors, emulator.load(rules));
            if errors.is_empty() != loaded.is_ok() {
                tally.wrong.push(format!("{name}: {errors:?} but {loaded:?}"));
            } else if loaded.is_ok() {
                let (before, differ) = (tally.decisions, tally.wrong.len());
                hold(&emulator, rules, name, &mut tally);
                let differ = tally.wrong.len() - differ;
                eprintln!("{name}: {} decisions, {differ} differ", tally.decisions - before);
            } else {
                tally.left_out.push(format!("{name}: does not compile, which both say"));
            }
        }
    }
    conclude(&tally);
}

/// `GONOGO_RANDOM` rulesets, few by default.
#[test]
fn random_storage_rules_come_out_as_in_the_emulator() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|count| count.parse().ok());
    let rulesets = number("GONOGO_RANDOM").unwrap_or(6);
    let mut dice = Dice(number("GONOGO_SEED").unwrap_or(0x1357_9bdf) as u64 | 1);
    let mut tally = Tally::default();
    for _ in 0..rulesets {
        let allows: Vec<String> = ["get", "list", "create", "update", "delete", "write"]
            .iter()
            .map(|method| {
                let mut chosen = condition(&mut dice, 3);
                // A list of files has nothing stored, one of documents has what its query fixes.
                while *method == "list" && reads_stored(&chosen) {
                    chosen = condition(&mut dice, 3);
                }
                format!("allow {method}: if {chosen};")
            })
            .collect();
        let rules = with_header(
            "rules_version = '2';\n",
            &format!("match /users/{{uid}}/{{name}} {{\n{}\n}}", allows.join("\n")),
        );
        hold(&emulator, &rules, &rules, &mut tally);
    }
    assert!(tally.left_out.is_empty(), "{:?}", tally.left_out);
    conclude(&tally);
}

fn reads_stored(condition: &str) -> bool {
    condition.replace("request.resource", "").contains("resource")
}

fn condition(dice: &mut Dice, depth: usize) -> String {
    if depth == 0 || dice.throw(4) == 0 {
        return ATOMS[dice.throw(ATOMS.len())].to_owned();
    }
    let (left, right) = (condition(dice, depth - 1), condition(dice, depth - 1));
    match dice.throw(7) {
        0 => format!("!({left})"),
        1 => format!("(({left}) ? ({right}) : ({}))", condition(dice, depth - 1)),
        2 | 3 => format!("({left} || {right})"),
        _ => format!("({left} && {right})"),
    }
}

const ATOMS: &[&str] = &[
    "request.auth != null",
    "request.auth.uid == uid",
    "request.auth.token.admin == true",
    "request.auth.token.email.matches('.*@example[.]org')",
    "name.matches('.*[.](png|jpg)')",
    "name == 'photo.png'",
    "resource == null",
    "resource != null",
    "request.resource == null",
    "resource.size < 2000",
    "resource.contentType == 'image/png'",
    "resource.contentType.matches('image/.*')",
    "resource.metadata.owner == request.auth.uid",
    "'owner' in resource.metadata",
    "resource.metadata.get('owner', 'none') != 'none'",
    "resource.timeCreated < request.time",
    "resource.name.size() > 3",
    "resource['size'] >= 1000",
    "request.resource.size < 5 * 1024 * 1024",
    "request.resource.size > resource.size",
    "request.resource.contentType.matches('image/.*')",
    "request.resource.contentType in ['image/png', 'text/html']",
    "request.resource.contentType == resource.contentType",
    "request.resource.metadata.owner == request.auth.uid",
    "request.resource.metadata.keys().hasOnly(['owner'])",
    "request.resource.metadata == resource.metadata",
    "request.resource.name.split('/')[0] == uid",
    "request.resource.missing == 1",
    "resource.missing == null",
    "request.resource.size is int",
    "firestore.exists(/databases/(default)/documents/users/$(request.auth.uid))",
    "firestore.get(/databases/(default)/documents/users/$(uid)).data.role == 'admin'",
    "true",
    "false",
];

#[test]
fn a_transplant_moves_paths_methods_and_properties() {
    let rules = with_header(
        "",
        "match /a/{x} { allow create, read: if request.resource.size < resource['size'] && resource != null; }",
    );
    let moved = transplant(&rules, &compile(&rules)).unwrap();
    assert!(compile(&moved).errors.is_empty(), "{moved}");
    for part in [
        "service cloud.firestore",
        "match /databases/{bucket}/documents/one {",
        "match /databases/{bucket}/documents/over2/a/b/c {",
        "allow create, read: if request.resource.data.size < resource.data['size'] && resource != null;",
        "allow update, read:",
    ] {
        assert!(moved.contains(part), "no {part} in {moved}");
    }
    assert_eq!(Value::Null, callers(&[])[0]);
}

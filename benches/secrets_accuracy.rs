//! How much of the labelled set is found, and how often something is said that is not there: gonogo
//! beside other scanners where `PATH` has them (kingfisher, betterleaks, gitleaks, detect-secrets; see
//! `benches/secrets.rs`).
//!
//! `cargo bench --bench secrets_accuracy`. The set is made anew in a temporary folder, one sample a
//! folder, so that a finding counts for its sample and for no other; `GONOGO_SET_DIR` keeps it. What is
//! public by design and said to be so (severity `info`) is no alarm. The gentler figure counts as found
//! or raised only what is at least medium.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../tests/it/secrets/set/mod.rs"]
mod set;
#[allow(dead_code)] // the tests use more of it
#[path = "../tests/it/secrets/template.rs"]
mod template;

use std::{
    collections::{BTreeMap, HashSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use set::{PROVIDERS, Sample};

fn main() {
    let kept = env::var_os("GONOGO_SET_DIR").map(PathBuf::from);
    let folder =
        kept.clone().unwrap_or_else(|| env::temp_dir().join(format!("gonogo-set-{}", std::process::id())));
    let samples = set::samples();
    for (number, sample) in samples.iter().enumerate() {
        let path = folder.join(number.to_string()).join(&sample.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &sample.text).unwrap();
    }
    println!(
        "{:<24} {:>10} {:>10} {:>12}   of {} that leak and {} that do not",
        "",
        "providers",
        "recall",
        "false alarms",
        samples.iter().filter(|sample| sample.leaks).count(),
        samples.iter().filter(|sample| !sample.leaks).count()
    );
    show("gonogo", &samples, &gonogo(&folder, &["info"]));
    show("gonogo, medium and more", &samples, &gonogo(&folder, &["info", "low"]));
    for (name, program, arguments) in PEERS {
        match installed(program) {
            Some(program) => show(name, &samples, &mentioned(&program, arguments, &folder)),
            None => println!("{name:<24} is not on the PATH"),
        }
    }
    if kept.is_none() {
        fs::remove_dir_all(&folder).unwrap();
    }
}

/// What each writes in JSON to standard output, whatever it is called there.
const PEERS: [(&str, &str, &[&str]); 4] = [
    (
        "kingfisher",
        "kingfisher",
        &[
            "scan",
            ".",
            "--no-validate",
            "--no-update-check",
            "--git-history",
            "none",
            "--no-dedup",
            "--format",
            "json",
            "--quiet",
        ],
    ),
    ("betterleaks", "betterleaks", &["filesystem", ".", "--no-banner", "-l", "error", "--jsonl"]),
    ("gitleaks", "gitleaks", &["dir", ".", "--no-banner", "-l", "error", "-f", "json", "-r", "-"]),
    ("detect-secrets", "detect-secrets", &["scan", "--all-files", "."]),
];

/// The numbers of the samples in which it finds something that is none of these severities.
fn gonogo(folder: &Path, without: &[&str]) -> HashSet<usize> {
    let arguments =
        ["secrets", "--no-history", "--quiet", "--exit-zero", "--deadline", "30m", "--format", "json"];
    let record = folder.with_extension("seen.json");
    let output = Command::new(env!("CARGO_BIN_EXE_gonogo"))
        .args(arguments)
        .arg("--record")
        .arg(&record)
        .arg(folder)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let severity = |finding: &Value| finding["severity"].as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap();
    let said = findings.iter().filter(|finding| !without.contains(&severity(finding).as_str()));
    // One value in several samples is one finding with several places.
    said.flat_map(|finding| finding["places"].as_array().unwrap())
        .filter_map(|place| place["path"].as_str()?.split('/').next()?.parse().ok())
        .collect()
}

/// The numbers of the samples whose path is anywhere in what a program prints.
fn mentioned(program: &str, arguments: &[&str], folder: &Path) -> HashSet<usize> {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let mut all = HashSet::new();
    for name in ["\"File\"", "\"file\"", "\"path\"", "\"filename\""] {
        for (at, _) in text.match_indices(name) {
            let value = text[at + name.len()..].split('"').nth(1).unwrap_or_default();
            all.extend(number(value));
        }
    }
    all
}

fn number(path: &str) -> Option<usize> {
    path.split('/').find_map(|part| part.parse().ok())
}

fn show(name: &str, samples: &[Sample], found: &HashSet<usize>) {
    let mut families: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut add = |family, is_found| {
        let (all, said) = families.entry(family).or_default();
        *all += 1;
        *said += u32::from(is_found);
    };
    for (number, sample) in samples.iter().enumerate() {
        let is_found = found.contains(&number);
        add(if sample.leaks { "recall" } else { "alarms" }, is_found);
        let family = sample.group.split(':').next().unwrap_or_default();
        if PROVIDERS.contains(&family) {
            add("providers", is_found);
        }
    }
    let share =
        |family| families.get(family).map_or(0.0, |(all, said)| f64::from(*said) * 100.0 / f64::from(*all));
    println!("{name:<24} {:>9.2}% {:>9.2}% {:>11.2}%", share("providers"), share("recall"), share("alarms"));
}

fn installed(name: &str) -> Option<String> {
    let path = env::var_os("PATH")?;
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())?;
    found.to_str().map(str::to_owned)
}

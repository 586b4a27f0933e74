//! The demo: every station finds what is planted, the mended portal may launch, and what was
//! recorded gives the same bytes again in every format.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use gonogo::demo::{Portal, Variant};
use serde_json::Value;

const FORMATS: [&str; 7] = ["terminal", "json", "sarif", "markdown", "github", "junit", "gitlab"];

/// At least these, a station each.
const PLANTED: [&str; 11] = [
    "domain/cname-dangling",
    "mail/spf-multiple",
    "tls/expired",
    "web/exposed-env",
    "access/cached-across-sessions",
    "webhook/unsigned-accepted",
    "env/test-key-in-production",
    "firebase/anonymous-write",
    "supabase/rls-off",
    "secrets/stripe-live-secret-key",
    "ops/codeowners-missing-critical-paths",
];

#[test]
fn every_station_finds_what_is_planted() {
    let portal = Portal::start(Variant::Broken).unwrap();
    let report = audit(&portal, &["--format", "json"], 1);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["decision"], "no-go");
    let found: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|finding| finding["check"].as_str())
        .collect();
    for planted in PLANTED {
        assert!(found.contains(&planted), "{planted} is not among {found:?}");
    }
}

#[test]
fn the_mended_portal_may_launch() {
    let portal = Portal::start(Variant::Fixed).unwrap();
    let report: Value = serde_json::from_str(&audit(&portal, &["--format", "json"], 0)).unwrap();
    assert_eq!(report["decision"], "go");
    let worse: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] != "info")
        .collect();
    assert!(worse.is_empty(), "{worse:#?}");
    // What only a person can answer stays open, and holds nothing.
    let open = report["inconclusive"].as_array().unwrap().iter();
    let open: Vec<&Value> =
        open.filter(|one| one["check"] != "ops/checklist-open" || one["holds"] != false).collect();
    assert!(open.is_empty(), "{open:#?}");
}

#[test]
fn a_recording_and_a_second_run_give_the_same_bytes() {
    let portal = Portal::start(Variant::Broken).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let first = reports(&portal, &folder.path().join("first"));
    let second = reports(&portal, &folder.path().join("second"));
    let tape = folder.path().join("first/seen.json");
    for format in FORMATS {
        assert_eq!(first[format], second[format], "two runs differ in {format}");
        let replayed = Command::new(env!("CARGO_BIN_EXE_gonogo"))
            .args(["replay", tape.to_str().unwrap(), "--format", format])
            .output()
            .unwrap();
        assert_eq!(replayed.status.code(), Some(1), "{}", String::from_utf8_lossy(&replayed.stderr));
        assert_eq!(
            String::from_utf8(replayed.stdout).unwrap(),
            first[format],
            "the replay differs in {format}"
        );
    }
}

#[test]
fn no_secret_is_in_any_output() {
    let portal = Portal::start(Variant::Broken).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    reports(&portal, &out);
    let secrets = secrets(&portal);
    assert!(secrets.len() >= 8, "{}", secrets.len());
    for entry in fs::read_dir(&out).unwrap().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap();
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{} holds {}…", entry.path().display(), &secret[..8]);
        }
    }
}

/// Every report of one audit at a fixed moment, and its recording.
fn reports(portal: &Portal, folder: &Path) -> BTreeMap<&'static str, String> {
    fs::create_dir_all(folder).unwrap();
    let at = jiff::Timestamp::now().round(jiff::Unit::Hour).unwrap().to_string();
    let mut arguments =
        vec!["--at".to_owned(), at, "--record".to_owned(), folder.join("seen.json").display().to_string()];
    for format in FORMATS {
        arguments.extend(["--output".to_owned(), format!("{format}={}", folder.join(format).display())]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    audit(portal, &arguments, 1);
    FORMATS.into_iter().map(|format| (format, fs::read_to_string(folder.join(format)).unwrap())).collect()
}

fn audit(portal: &Portal, more: &[&str], code: i32) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_gonogo"))
        .args(portal.audit_arguments())
        .args(more)
        .envs(portal.sessions.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// The values in the portal's environment files, its source and its sessions.
fn secrets(portal: &Portal) -> Vec<String> {
    let mut found: Vec<String> =
        portal.sessions.iter().map(|(_, value)| value["session=".len()..].to_owned()).collect();
    for file in [".env.production", ".env.staging"] {
        let text = fs::read_to_string(portal.repository.join(file)).unwrap();
        let values = text.lines().filter_map(|line| line.split_once('=')).map(|(_, value)| value.to_owned());
        found.extend(values.filter(|value| value.len() >= 24 && !value.contains("://")));
    }
    let dart = fs::read_to_string(portal.repository.join("lib/billing.dart")).unwrap();
    found.extend(dart.split('\'').filter(|part| part.len() > 24 && !part.contains(' ')).map(str::to_owned));
    found
}

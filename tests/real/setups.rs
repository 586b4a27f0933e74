//! The set-ups of `fixtures/setups`, written by hand from the senders' documentation, served by
//! NSD: the complete list of what fails and of what stays open.
//!
//! `GONOGO_BLESS=1` records each audit beside its set-up, for the replay that needs no server.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use gonogo::finding::Severity;
use serde::Deserialize;
use serde_json::Value;

use crate::dns::{Nsd, rsa_key, strings, with_world};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setup {
    #[allow(dead_code)]
    why: String,
    #[allow(dead_code)]
    source: String,
    domain: String,
    #[serde(default)]
    selectors: Vec<String>,
    findings: BTreeSet<String>,
    undecided: BTreeSet<String>,
    records: String,
    #[serde(default)]
    world: Vec<World>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct World {
    name: String,
    records: String,
}

#[test]
fn every_set_up_gets_the_verdicts_of_a_specialist() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/setups");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    assert!(paths.len() >= 15, "{} set-ups", paths.len());
    let wrong: Vec<String> = paths.iter().filter_map(|path| judged(path).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn judged(path: &Path) -> Result<(), String> {
    let setup: Setup = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let server = served(&setup);
    let tape = path.with_extension("json");
    let scratch = tempfile::tempdir().unwrap();
    let fresh = scratch.path().join("seen.json");
    let declared = format!("[project]\nname = \"{0}\"\n[[domains]]\nname = \"{0}\"\n", setup.domain);
    fs::write(scratch.path().join("gonogo.toml"), declared).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_gonogo"));
    command
        .args(["audit", "--only", "mail", "--format", "json", "--exit-zero", "-q"])
        .args(["--resolver", &server.address.to_string(), "--at", "2026-11-21T00:00:00Z"])
        .args(["--record", fresh.to_str().unwrap()]);
    command.args(setup.selectors.iter().flat_map(|selector| ["--selector", selector]));
    let output = command.current_dir(scratch.path()).output().unwrap();
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let report: Value = serde_json::from_slice(&output.stdout)
        .map_err(|err| format!("{name}: {err}: {}", String::from_utf8_lossy(&output.stderr)))?;
    if std::env::var_os("GONOGO_BLESS").is_some() {
        fs::copy(&fresh, &tape).unwrap();
    }
    let (found, open) = verdicts(&report);
    if found.keys().cloned().collect::<BTreeSet<_>>() != setup.findings
        || open.keys().cloned().collect::<BTreeSet<_>>() != setup.undecided
    {
        return Err(format!("{name}: {found:#?}\nundecided {open:#?}"));
    }
    Ok(())
}

fn served(setup: &Setup) -> Nsd {
    let filled = |text: &str| {
        [("%KEY1024%", 128), ("%KEY2048%", 256)].iter().fold(text.to_owned(), |text, (mark, bytes)| {
            text.replace(mark, &strings(&format!("v=DKIM1; k=rsa; p={}", rsa_key(*bytes))))
        })
    };
    let mut zones = vec![("example.test.".to_owned(), filled(&setup.records))];
    zones.extend(setup.world.iter().map(|zone| (zone.name.clone(), filled(&zone.records))));
    let borrowed: Vec<(&str, &str)> =
        zones.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    with_world(&borrowed)
}

/// What failed with at least low severity, and what stayed open, by check.
fn verdicts(report: &Value) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let matters = |finding: &&Value| {
        let worth = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
        worth.iter().any(|one| finding["severity"] == one.id()) || finding["check"] == "mail/bulk-ready"
    };
    let findings = report["findings"].as_array().unwrap().iter().filter(matters);
    let found = findings.map(|one| (text(&one["check"]), text(&one["message"])));
    let open = report["inconclusive"].as_array().unwrap().iter();
    (found.collect(), open.map(|one| (text(&one["check"]), one["why"].to_string())).collect())
}

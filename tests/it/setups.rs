//! The recorded set-ups, replayed by the binary without a server: the same findings as when they
//! were recorded, which are those that a specialist gives.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use serde_json::Value;

#[test]
fn every_recorded_set_up_replays_to_its_verdicts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/setups");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        count += 1;
        let setup: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        let wanted = |key: &str| -> BTreeSet<String> {
            let ids = setup[key].as_array().unwrap().iter();
            ids.map(|id| id.as_str().unwrap().to_owned()).collect()
        };
        let output = Command::new(env!("CARGO_BIN_EXE_gonogo"))
            .args(["replay", "--format", "json"])
            .arg(path.with_extension("json"))
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|err| {
            panic!("{}: {err}: {}", path.display(), String::from_utf8_lossy(&output.stderr))
        });
        let of = |list: &str, counts: fn(&Value) -> bool| -> BTreeSet<String> {
            let entries = report[list].as_array().unwrap().iter().filter(|one| counts(one));
            entries.map(|one| one["check"].as_str().unwrap().to_owned()).collect()
        };
        // What is merely worth knowing is not an accusation, but for the summary of the bulk rules.
        let found = of("findings", |one| one["severity"] != "info" || one["check"] == "mail/bulk-ready");
        assert_eq!(found, wanted("findings"), "{}: {report:#}", path.display());
        assert_eq!(of("inconclusive", |_| true), wanted("undecided"), "{}", path.display());
    }
    assert!(count >= 15, "{count} set-ups");
}

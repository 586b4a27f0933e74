//! Every fault of the station `firebase`, one after the other, shown by the command to a project that
//! has it; and a project that is right, about which the same check has nothing to say.

mod database;
mod firestore;
mod hostile;
mod project;
mod storage;

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use serde_json::Value as Json;

type Files = &'static [(&'static str, &'static str)];

/// One fault: the number it has in the list of faults, and the check that finds it.
struct Row {
    number: &'static str,
    check: &'static str,
    /// The project that has it, file by file; rules as [`whole`] completes them.
    wrong: Files,
    /// The same without it; nothing: the project that is right for all rows.
    right: Files,
    /// Where the finding points to: `firestore.rules:5`.
    at: &'static str,
    /// Words of the message, which say what it exposes.
    says: &'static str,
    /// What is shown as a request or as a client's call; nothing where no access is at stake.
    shown: &'static str,
}

const fn row(
    number: &'static str,
    check: &'static str,
    wrong: Files,
    at: &'static str,
    says: &'static str,
    shown: &'static str,
) -> Row {
    Row { number, check, wrong, right: &[], at, says, shown }
}

/// Rules without a `service` get one: their first line is the fourth of the file.
fn whole(name: &str, text: &str) -> String {
    let around = |service: &str, root: &str| {
        format!("rules_version = '2';\nservice {service} {{\n  match {root} {{\n{text}\n  }}\n}}\n")
    };
    match name {
        "firestore.rules" if !text.contains("service ") => {
            around("cloud.firestore", "/databases/{database}/documents")
        }
        "storage.rules" if !text.contains("service ") => around("firebase.storage", "/b/{bucket}/o"),
        _ => text.to_owned(),
    }
}

/// What `firebase.json` says of them, unless the project has one.
fn deployed(files: &[(&str, &str)]) -> String {
    let has = |wanted: &str| files.iter().any(|(name, _)| *name == wanted);
    let mut sections = Vec::new();
    for (section, file) in
        [("firestore", "firestore.rules"), ("storage", "storage.rules"), ("database", "database.rules.json")]
    {
        if has(file) {
            let indexes = if section == "firestore" && has("firestore.indexes.json") {
                r#","indexes":"firestore.indexes.json""#
            } else {
                ""
            };
            sections.push(format!(r#""{section}":{{"rules":"{file}"{indexes}}}"#));
        }
    }
    format!("{{{}}}", sections.join(","))
}

fn lay(folder: &Path, files: &[(&str, &str)]) {
    if !files.iter().any(|(name, _)| *name == "firebase.json") {
        fs::write(folder.join("firebase.json"), deployed(files)).unwrap();
    }
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, whole(name, text)).unwrap();
    }
}

/// `gonogo audit` as a person calls it, of this station alone.
fn audit(folder: &Path) -> Json {
    let output = Command::new(env!("CARGO_BIN_EXE_gonogo"))
        .args(["audit", "--offline", "--exit-zero", "--format", "json", "--only", "firebase"])
        .arg(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"))
}

fn of_check<'r>(report: &'r Json, list: &str, check: &str) -> Vec<&'r Json> {
    let id = format!("firebase/{check}");
    report[list].as_array().unwrap().iter().filter(|entry| entry["check"] == id).collect()
}

impl Row {
    /// What is wrong with the answers, if anything.
    fn faults(&self, right: Files) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        lay(folder.path(), self.wrong);
        let report = audit(folder.path());
        let found = of_check(&report, "findings", self.check);
        let all = || {
            let ids = report["findings"].as_array().unwrap().iter();
            ids.map(|found| format!("{}: {}", found["check"], found["message"])).collect::<Vec<_>>()
        };
        let is_there = |found: &&&Json| {
            let place = &found["places"][0];
            let at = format!("{}:{}", place["path"].as_str().unwrap_or("?"), place["line"]);
            at == self.at && found["message"].as_str().unwrap().contains(self.says)
        };
        let Some(finding) = found.iter().find(is_there) else {
            return vec![format!(
                "not found at {} with {:?}; found: {:#?} {:#?}",
                self.at,
                self.says,
                found,
                all()
            )];
        };
        let mut wrong = self.unshown(finding);
        wrong.extend(self.unmended(folder.path(), finding));
        wrong.extend(self.alarms(if self.right.is_empty() { right } else { self.right }));
        wrong
    }

    fn unshown(&self, finding: &Json) -> Vec<String> {
        let evidence: Vec<&str> =
            finding["evidence"].as_array().unwrap().iter().filter_map(|one| one["value"].as_str()).collect();
        let mut wrong = Vec::new();
        if !evidence.iter().any(|value| value.contains(self.shown)) && !self.shown.is_empty() {
            wrong.push(format!("{:?} is not shown: {evidence:#?}", self.shown));
        }
        if !self.shown.is_empty() && !evidence.iter().any(|value| value.starts_with("curl ")) {
            wrong.push(format!("no command is shown: {evidence:#?}"));
        }
        if finding["remedy"]["text"].as_str().is_none_or(|text| text.len() < 15) {
            wrong.push(format!("no fix: {}", finding["remedy"]));
        }
        wrong
    }

    /// A line that the report would write is written: the finding is gone, and nothing worse came.
    fn unmended(&self, folder: &Path, finding: &Json) -> Option<String> {
        let patch = &finding["remedy"]["patch"];
        if patch["kind"] != "line" {
            return None;
        }
        let path = folder.join(patch["path"].as_str().unwrap());
        let text = fs::read_to_string(&path).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        let new = patch["new"].as_str().unwrap();
        *lines.get_mut(patch["line"].as_u64().unwrap() as usize - 1).unwrap() = new;
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        let after = audit(folder);
        let same = |other: &&&Json| other["fingerprint"] == finding["fingerprint"];
        let left = of_check(&after, "findings", self.check).iter().filter(same).count();
        let broken = of_check(&after, "findings", "rules-not-compiling").len();
        (left + broken > 0).then(|| format!("the patch closes nothing or breaks the file: {new}"))
    }

    /// What the check says about the project that is right.
    fn alarms(&self, right: Files) -> Vec<String> {
        assert!(!right.is_empty(), "{} has no project that is right", self.number);
        let folder = tempfile::tempdir().unwrap();
        lay(folder.path(), right);
        let report = audit(folder.path());
        let said = |list: &str| of_check(&report, list, self.check).into_iter().cloned().collect::<Vec<_>>();
        let alarms = [said("findings"), said("inconclusive")].concat();
        alarms.iter().map(|alarm| format!("of the right project it says {alarm:#}")).collect()
    }
}

/// `right` is the project that is right where a row has none of its own.
fn judge(rows: &[Row], right: Files) {
    let mut wrong = Vec::new();
    for row in rows {
        let faults = row.faults(right);
        wrong.extend(faults.iter().map(|fault| format!("{} {}: {fault}", row.number, row.check)));
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

/// `uid != id && uid == id` would close it, and nobody would know what the statement is for.
#[test]
fn a_patch_leaves_a_statement_something_to_grant() {
    let folder = tempfile::tempdir().unwrap();
    let rules = "    match /users/{userId} {
      allow read: if request.auth.uid == userId;
      allow get: if request.auth != null && request.auth.uid != userId;
    }";
    lay(folder.path(), &[("firestore.rules", rules)]);
    let report = audit(folder.path());
    let found = of_check(&report, "findings", "any-account-read");
    assert_eq!(found.len(), 1, "{report:#}");
    assert!(found[0]["remedy"]["patch"].is_null(), "{}", found[0]["remedy"]);
}

/// To close the creation alone leaves the update, so nothing is offered.
#[test]
fn a_patch_of_one_way_in_is_none() {
    let rules = |write: &str| {
        format!(
            "    match /users/{{id}} {{
      {write}
    }}
    match /orders/{{id}} {{
      allow get: if get(/databases/$(database)/documents/users/$(request.auth.uid)).data.role == 'admin';
    }}"
        )
    };
    let own = "if request.auth.uid == id;";
    let both = rules(&format!("allow create: {own}\n      allow update: {own}"));
    let one = rules(&format!("allow create, update: {own}"));
    for (rules, is_offered) in [(both, false), (one, true)] {
        let folder = tempfile::tempdir().unwrap();
        lay(folder.path(), &[("firestore.rules", rules.as_str())]);
        let report = audit(folder.path());
        let found = of_check(&report, "findings", "trusted-document-writable");
        assert_eq!(found.len(), 1, "{report:#}");
        let patch = &found[0]["remedy"]["patch"];
        assert_eq!(patch["kind"] == "line", is_offered, "{patch}");
    }
}

/// One cause is said once: the players below a wildcard are those of their own rule.
#[test]
fn a_wide_pattern_is_not_blamed_for_a_narrow_one() {
    let folder = tempfile::tempdir().unwrap();
    let rules = "    match /players/{id} {
      allow read: if request.auth != null;
    }
    match /players/{document=**} {
      allow read: if request.auth.token.staff == true;
    }";
    lay(folder.path(), &[("firestore.rules", rules)]);
    let report = audit(folder.path());
    let found = of_check(&report, "findings", "any-account-read");
    let messages: Vec<&str> = found.iter().filter_map(|found| found["message"].as_str()).collect();
    assert_eq!(messages, ["any signed-in user can get and list other people's documents at /players/{id}"]);
}

/// The list of faults is covered whole, and so is the list of checks that need no provider's answer.
#[test]
fn every_fault_has_a_row_and_every_check_too() {
    let parts = [firestore::ROWS, storage::ROWS, database::ROWS, project::ROWS];
    let all: Vec<&Row> = parts.into_iter().flatten().collect();
    let numbers: BTreeSet<&str> = all.iter().map(|row| row.number).collect();
    for (letter, count) in [('F', 35), ('S', 12), ('R', 14)] {
        for number in 1..=count {
            let row = format!("{letter}{number:02}");
            assert!(numbers.contains(row.as_str()), "{row} is shown by nothing");
        }
    }
    let shown: BTreeSet<String> = all.iter().map(|row| format!("firebase/{}", row.check)).collect();
    for check in gonogo::checks::all().filter(|check| check.id.starts_with("firebase/")) {
        let is_live = check.id.starts_with("firebase/live-");
        assert!(is_live || shown.contains(check.id), "{} is shown by nothing", check.id);
    }
}

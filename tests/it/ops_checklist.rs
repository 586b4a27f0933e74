//! The hand-over checklist by itself and in every report.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

const CONFIG: &str = r#"
[project]
name = "portal"

[owners]
hosting = "Ana"

[[webhooks]]
handler = "api/stripe.ts"

[[checklist]]
item = "uptime-monitored"
owner = "Bob"
answer = "every minute <b>from</b> two regions | it rang"
date = 2026-11-01

[[checklist]]
item = "errors-alerted"
answer = "a mail to all"
date = "2026-01-01"

[[checklist]]
item = "Is the fire door shut?"
owner = "Cy"
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("gonogo.toml"), CONFIG).unwrap();
    fs::create_dir(folder.path().join("api")).unwrap();
    fs::write(folder.path().join("api/stripe.ts"), "export default function handler(req, res) {}").unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_gonogo")).current_dir(folder).args(arguments).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn audit(folder: &Path, format: &str) -> String {
    let arguments =
        ["audit", "--offline", "--only", "ops", "--at", "2026-11-22T00:00:00Z", "-q", "--format", format];
    let quiet = format == "terminal";
    let arguments: Vec<&str> =
        arguments.into_iter().filter(|argument| !(quiet && *argument == "-q")).collect();
    run(folder, &arguments)
}

#[test]
fn each_report_tells_what_is_answered_stale_and_open() {
    let folder = folder();
    let json: Value = serde_json::from_str(&audit(folder.path(), "json")).unwrap();
    let rows = json["checklist"].as_array().unwrap();
    let state = |item: &str| {
        let row = rows.iter().find(|row| row["item"] == item).unwrap_or_else(|| panic!("{item}: {rows:#?}"));
        (row["state"].as_str().unwrap(), row["owner"].as_str())
    };
    assert_eq!(state("uptime-monitored"), ("answered", Some("Bob")));
    assert_eq!(state("errors-alerted"), ("stale", Some("Ana")));
    assert_eq!(state("Is the fire door shut?"), ("open", Some("Cy")));
    assert_eq!(state("backup-restored"), ("open", Some("Ana")));
    let open = rows.iter().filter(|row| row["state"] == "open").count();
    let undecided = json["inconclusive"].as_array().unwrap();
    assert_eq!(undecided.iter().filter(|one| one["check"] == "ops/checklist-open").count(), open);
    assert!(undecided.iter().all(|one| one["reason"] == "unanswered"), "{undecided:#?}");
    let stale = json["findings"].as_array().unwrap().iter().find(|one| one["check"] == "ops/checklist-open");
    assert_eq!(stale.unwrap()["places"][0]["line"], 18, "{stale:#?}");

    let terminal = audit(folder.path(), "terminal");
    assert!(
        terminal.contains(&format!("Hand-over checklist: 1 answered, 1 stale, {open} open")),
        "{terminal}"
    );
    assert!(terminal.contains("open  (Cy) Is the fire door shut?"), "{terminal}");
    assert!(!terminal.contains("from</b>"), "what is answered is counted: {terminal}");

    let markdown = audit(folder.path(), "markdown");
    assert!(markdown.contains("| backup-restored |"), "{markdown}");
    assert!(!markdown.contains("<b>from"), "{markdown}");
    let html = audit(folder.path(), "html");
    assert!(html.contains("&lt;b&gt;from") && html.contains("Is the fire door shut?"), "{html}");
}

#[test]
fn an_unanswered_question_holds_no_launch_and_is_no_pass() {
    let folder = folder();
    let json: Value = serde_json::from_str(&audit(folder.path(), "json")).unwrap();
    let ops = json["stations"].as_array().unwrap().iter().find(|station| station["id"] == "ops").unwrap();
    assert!(ops["checks"]["inconclusive"].as_u64().unwrap() > 15, "{ops}");
    assert_ne!(json["decision"], "no-go");
}

#[test]
fn the_list_by_itself_ends_with_a_block_to_paste() {
    let folder = folder();
    let json: Value = serde_json::from_str(&run(folder.path(), &["checklist", "--format", "json"])).unwrap();
    let paste = json["paste"].as_str().unwrap();
    assert!(paste.contains("backup-restored") && !paste.contains("uptime-monitored"), "{paste}");
    for format in ["terminal", "markdown"] {
        let text = run(folder.path(), &["checklist", "--format", format]);
        assert!(text.contains("backup-restored") && text.contains("item = \"backup-restored\""), "{text}");
    }
    // Pasted, the file is valid, the questions stay open, and nothing is left to paste.
    fs::write(folder.path().join("gonogo.toml"), format!("{CONFIG}\n{paste}")).unwrap();
    let again: Value = serde_json::from_str(&run(folder.path(), &["checklist", "--format", "json"])).unwrap();
    assert_eq!(again["paste"], "");
    assert_eq!(again["checklist"].as_array().unwrap().len(), json["checklist"].as_array().unwrap().len());
}

#[test]
fn mistakes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for (text, said) in [
        ("[[checklist]]\nitem = \"uptime-monitord\"\n", "did you mean `uptime-monitored`?"),
        ("[[checklist]]\nitem = \"uptime-monitored\"\nanswer = \"yes, by us\"\n", "needs its day"),
        ("[[checklist]]\nitem = \"a b\"\n[[checklist]]\nitem = \"a b\"\n", "answered twice"),
        ("[rotated]\nSTRIPE_KEY = \"yesterday\"\n", "not a date"),
        ("[reports]\ncoverage = [\"../lcov.info\"]\n", "not a path inside"),
    ] {
        fs::write(folder.path().join("gonogo.toml"), text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_gonogo"))
            .current_dir(folder.path())
            .arg("checklist")
            .output()
            .unwrap();
        let shown = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && shown.contains(said), "{said}: {shown}");
    }
}

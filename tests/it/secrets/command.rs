//! `gonogo secrets`, as a person or a hook runs it.

use std::process::Command;

use super::{template::expand, tree::Folder};

pub(super) fn secrets(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gonogo"));
    let output = command.arg("secrets").args(arguments).current_dir(folder.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text.into_owned())
}

#[test]
fn the_decision_is_that_of_the_secrets_alone() {
    let folder = Folder::git();
    folder.write("a.txt", "nothing").commit("start");
    assert_eq!(secrets(&folder, &["--quiet"]).0, Some(0));
    folder.write("k.txt", expand("k=sk_live_{alnum:24}")).commit("oops");
    folder.write("k.txt", "gone").commit("gone");
    let (code, text) = secrets(&folder, &[]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("Stripe") && !text.contains(&expand("{alnum:24}")), "{text}");
    assert_eq!(secrets(&folder, &["--no-history", "--quiet"]).0, Some(0));
    assert_eq!(secrets(&folder, &["./nope"]).0, Some(2));
}

#[test]
fn a_baseline_accepts_what_was_there_and_no_more() {
    let folder = Folder::new();
    folder.write("a.env", expand("HOOK=whsec_{alnum:32}\n"));
    assert_eq!(secrets(&folder, &["--quiet", "--write-baseline", "base.json"]).0, Some(1));
    let (code, text) = secrets(&folder, &["--baseline", "base.json"]);
    assert_eq!(code, Some(0), "{text}");
    folder.write("b.env", expand("OTHER=whsec_{alnum:32}\n"));
    assert_eq!(secrets(&folder, &["--quiet", "--baseline", "base.json"]).0, Some(1));
    folder.write("wrong.json", "[1]");
    assert_eq!(secrets(&folder, &["--quiet", "--baseline", "wrong.json"]).0, Some(2));
}

#[test]
fn the_files_of_gitleaks_are_understood() {
    let folder = Folder::new();
    let value = expand("whsec_{alnum:32}");
    folder.write("a.env", format!("\nHOOK={value}\n"));
    assert_eq!(secrets(&folder, &["--quiet"]).0, Some(1));
    let report = format!(r#"[{{"RuleID":"stripe","Secret":"{value}","File":"a.env","StartLine":2}}]"#);
    // The report holds the value itself, and would be found in the folder.
    let outside = Folder::new();
    outside.write("report.json", &report);
    let report = outside.path().join("report.json");
    assert_eq!(secrets(&folder, &["--quiet", "--baseline", report.to_str().unwrap()]).0, Some(0));
    folder.write(".gitleaksignore", "a.env:stripe-webhook:2\n");
    assert_eq!(secrets(&folder, &["--quiet"]).0, Some(0));
    folder.write(".gitleaksignore", "a.env:stripe-webhook:3\n");
    assert_eq!(secrets(&folder, &["--quiet"]).0, Some(1));
}

#[test]
fn archives_and_builds_are_searched_on_request() {
    let folder = Folder::git();
    folder.write(".gitignore", "build/\n").write("build/app.js", expand("k='sk_live_{alnum:24}'"));
    assert_eq!(secrets(&folder, &["--quiet"]).0, Some(0));
    assert_eq!(secrets(&folder, &["--quiet", "--bundle", "build"]).0, Some(1));
    assert_eq!(secrets(&folder, &["--quiet", "--bundle", "/"]).0, Some(2));
}

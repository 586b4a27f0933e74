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

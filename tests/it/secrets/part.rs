//! `--staged`, `--since` and `--range`.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use super::{command::secrets, template::expand, tree::Folder};

fn token() -> String {
    expand("sk_live_{alnum:24}")
}

#[test]
fn staged_is_what_the_next_commit_brings_in() {
    let folder = Folder::git();
    folder.write("old.txt", token()).write("deep/er/old.txt", "nothing").commit("start");
    assert_eq!(secrets(&folder, &["--staged", "--quiet"]).0, Some(0), "the commit before had it");
    folder.write("deep/er/new.txt", token());
    assert_eq!(secrets(&folder, &["--staged", "--quiet"]).0, Some(0), "not staged");
    folder.run(&["add", "deep"]);
    folder.write("deep/er/new.txt", "taken out, but staged before");
    let (code, text) = secrets(&folder, &["--staged"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("deep/er/new.txt:1") && !text.contains("old.txt"), "{text}");
    folder.run(&["add", "deep"]);
    assert_eq!(secrets(&folder, &["--staged", "--quiet"]).0, Some(0));
    // A changed file is asked for its new values alone.
    folder.write("old.txt", fs::read_to_string(folder.path().join("old.txt")).unwrap() + "\nmore");
    folder.run(&["add", "-A"]);
    assert_eq!(secrets(&folder, &["--staged", "--quiet"]).0, Some(0));
}

#[test]
fn before_the_first_commit_everything_staged_is_new() {
    let folder = Folder::git();
    folder.write("k.txt", token());
    folder.run(&["add", "-A"]);
    assert_eq!(secrets(&folder, &["--staged", "--quiet"]).0, Some(1));
}

#[test]
fn no_repository_is_no_pass() {
    let folder = Folder::new();
    assert_eq!(secrets(&folder, &["--staged", "--quiet"]).0, Some(3));
}

/// The hook's own definition, run by a real `git commit`.
#[test]
fn the_hook_stops_a_commit() {
    let hooks = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml")).unwrap();
    let entry = hooks.lines().find_map(|line| line.trim().strip_prefix("entry: gonogo ")).unwrap();
    let folder = Folder::git();
    folder.write("a.txt", "nothing").commit("start");
    let hook = folder.path().join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\nexec {} {entry}\n", env!("CARGO_BIN_EXE_gonogo"))).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let commit = || {
        let mut git = Command::new("git");
        git.current_dir(folder.path()).args(["-c", "user.name=T", "-c", "user.email=t@example.org"]);
        git.args(["-c", "commit.gpgsign=false", "commit", "-q", "-m", "more"]).output().unwrap()
    };
    folder.write("k.txt", token()).run(&["add", "-A"]);
    let stopped = commit();
    assert!(!stopped.status.success(), "{stopped:?}");
    folder.write("k.txt", "read from the environment").run(&["add", "-A"]);
    let done = commit();
    assert!(done.status.success(), "{done:?}");
    assert_eq!(folder.run(&["rev-list", "--count", "HEAD"]), "2");
}

#[test]
fn a_range_is_what_its_commits_bring_in() {
    let folder = Folder::git();
    folder.write("before.txt", token()).commit("before");
    folder.run(&["checkout", "-q", "-b", "topic"]);
    folder.write("topic.txt", token()).commit("topic");
    folder.write("topic.txt", "gone").commit("gone");
    folder.run(&["checkout", "-q", "main"]);
    folder.write("main.txt", expand("k=whsec_{alnum:32}")).commit("main");
    folder.run(&["checkout", "-q", "topic"]);
    folder.run(&["merge", "-q", "-m", "merge", "main"]);
    let (code, text) = secrets(&folder, &["--range", "main..topic"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("topic.txt") && !text.contains("before.txt") && !text.contains("main.txt"),
        "{text}"
    );
    assert_eq!(secrets(&folder, &["--range", "HEAD~1..HEAD", "--quiet"]).0, Some(1), "the other parent's");
    assert_eq!(secrets(&folder, &["--range", "HEAD^1^..HEAD^1", "--quiet"]).0, Some(0));
    let (code, text) = secrets(&folder, &["--range", "nothing..HEAD"]);
    assert_eq!(code, Some(3), "{text}");
    assert_eq!(secrets(&folder, &["--range", "HEAD", "--quiet"]).0, Some(2));
}

#[test]
fn a_range_ends_also_among_commits_of_one_second() {
    // Ids decide the order within a second; over several repositories every order comes up.
    for round in 0..8 {
        let folder = Folder::git();
        let commit = |message: &str| {
            folder.run(&["add", "-A"]);
            let message = format!("{message} {round}");
            let done = Command::new("git")
                .current_dir(folder.path())
                .args(["-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", &message])
                .env("GIT_COMMITTER_DATE", "1700000000 +0000")
                .env("GIT_AUTHOR_DATE", "1700000000 +0000")
                .status();
            assert!(done.unwrap().success());
        };
        folder.write("before.txt", token());
        commit("before");
        folder.run(&["checkout", "-q", "-b", "topic"]);
        folder.write("topic.txt", "nothing");
        commit("topic");
        folder.run(&["checkout", "-q", "main"]);
        folder.write("main.txt", "nothing");
        commit("main");
        folder.run(&["checkout", "-q", "topic"]);
        let (code, text) = secrets(&folder, &["--range", "main..topic"]);
        assert_eq!(code, Some(0), "{text}");
    }
}

#[test]
fn since_reads_the_files_and_the_newer_commits() {
    let folder = Folder::git();
    folder.write("old.txt", token()).date(0).commit("old");
    folder.write("old.txt", "gone").write("new.txt", "k").date(86_400 * 30).commit("gone");
    folder.write("new.txt", expand("k=whsec_{alnum:32}")).date(86_400 * 31).commit("new");
    folder.write("new.txt", "gone").date(86_400 * 32).commit("gone");
    let (code, text) = secrets(&folder, &["--since", "2023-12-01"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("new.txt") && !text.contains("old.txt"), "{text}");
    assert_eq!(secrets(&folder, &["--since", "2024-06-01", "--quiet"]).0, Some(0));
    assert_eq!(secrets(&folder, &["--since", "soon", "--quiet"]).0, Some(2));
}

//! From when to when a value was where: against a walk that looks at every commit by itself.

use std::collections::{BTreeMap, BTreeSet};

use gonogo::seen::{LeakLoose, LeakPast};

use super::{template::expand, tree::Folder};

/// Branches, merges and renames, packed as git packs them; then the same again in loose objects.
#[test]
fn first_and_last_equal_those_of_a_walk_over_every_commit() {
    let folder = Folder::git();
    grow(&folder);
    compare(&folder, "loose");
    folder.run(&["repack", "-adq", "--depth=50", "--window=50"]);
    compare(&folder, "packed");
    folder.write("a/b/c/more.txt", expand("k=whsec_{alnum:32}")).commit("more");
    folder.run(&["repack", "-dq"]);
    folder.run(&["multi-pack-index", "write"]);
    compare(&folder, "two packs");
}

fn grow(folder: &Folder) {
    let secret = |number: usize| expand(&format!("const key{number} = 'sk_live_{{alnum:24}}'\n"));
    for round in 0..12_usize {
        for other in 0..40 {
            folder.write(&format!("src/part{other}/file.ts"), format!("line {}\n", other * (round / 4 + 1)));
        }
        folder
            .write(&format!("src/part{}/keys.ts", round % 5), secret(round))
            .date(round * 10)
            .commit("keys");
        if round % 3 == 1 {
            folder.run(&["checkout", "-q", "-b", &format!("side{round}")]);
            folder.write(&format!("a/b/c/side{round}.ts"), secret(round)).date(round * 10 + 1).commit("side");
            folder.run(&["checkout", "-q", "main"]);
        }
        if round % 6 == 4 {
            folder
                .write(&format!("src/part{}/keys.ts", round % 5), "gone")
                .date(round * 10 + 2)
                .commit("gone");
            folder.run(&["merge", "-q", "-m", "merge", &format!("side{round}")]);
            folder.run(&["mv", "src/part1", &format!("src/moved{round}")]);
            folder.date(round * 10 + 3).commit("move");
        }
    }
}

fn compare(folder: &Folder, how: &str) {
    let leaks = folder.leaks();
    assert_eq!(leaks.missed, [], "{how}");
    let seen: BTreeSet<(String, String, String, bool)> = leaks
        .leaks
        .iter()
        .flat_map(|leak| leak.past.iter())
        .map(|past| {
            (past.path.clone(), past.first.clone().unwrap(), past.last.clone().unwrap(), past.in_head)
        })
        .collect();
    assert!(seen.len() > 10, "{how}: {}", seen.len());
    assert_eq!(seen, by_git(folder), "{how}");
    for past in leaks.leaks.iter().flat_map(|leak| &leak.past) {
        left_where_it_is_gone(folder, past);
    }
}

/// Path, first commit, last commit, and whether `HEAD` has it, of every version with a credential.
fn by_git(folder: &Folder) -> BTreeSet<(String, String, String, bool)> {
    let head = folder.run(&["rev-parse", "HEAD"]);
    // The order of a test's commits is that of their dates; each has one of its own.
    let commits = folder.run(&["log", "--all", "--format=%ct %H"]);
    let mut commits: Vec<&str> = commits.lines().collect();
    commits.sort_unstable();
    let mut spans: BTreeMap<(String, String), (String, String, bool)> = BTreeMap::new();
    for commit in commits.iter().map(|line| line.split(' ').nth(1).unwrap()) {
        for line in folder.run(&["ls-tree", "-r", commit]).lines() {
            let (head_of_line, path) = line.split_once('\t').unwrap();
            let blob = head_of_line.split(' ').nth(2).unwrap().to_owned();
            let span = spans.entry((blob, path.to_owned())).or_insert((commit.into(), String::new(), false));
            commit.clone_into(&mut span.1);
            span.2 |= commit == head;
        }
    }
    let is_secret = |blob: &str| {
        let text = folder.run(&["cat-file", "blob", blob]);
        text.contains("sk_live_") || text.contains("whsec_")
    };
    let found = spans.into_iter().filter(|((blob, _), _)| is_secret(blob));
    found.map(|((_, path), (first, last, in_head))| (path, first, last, in_head)).collect()
}

fn left_where_it_is_gone(folder: &Folder, past: &LeakPast) {
    let has = |commit: &str| {
        folder.run(&["ls-tree", commit, "--", &past.path])
            == folder.run(&["ls-tree", past.first.as_ref().unwrap(), "--", &past.path])
    };
    match (&past.left, &past.still_in) {
        (Some(left), None) => assert!(!past.in_head && !has(left), "{past:?}"),
        (None, Some(name)) => assert!(has(name), "{past:?}"),
        (None, None) => assert!(past.in_head, "{past:?}"),
        (Some(_), Some(_)) => panic!("left and still there: {past:?}"),
    }
}

#[test]
fn what_only_a_reflog_keeps_is_said_to_be_so() {
    let folder = Folder::git();
    folder.write("a.txt", "nothing").commit("start");
    folder.write("k.txt", expand("k=sk_live_{alnum:24}")).commit("oops");
    folder.run(&["reset", "-q", "--hard", "HEAD~1"]);
    let leaks = folder.leaks();
    let [leak] = &leaks.leaks[..] else { panic!("{leaks:?}") };
    assert_eq!((leak.past[0].path.as_str(), leak.past[0].loose), ("k.txt", Some(LeakLoose::Reflog)));
    folder.run(&["reflog", "expire", "--expire=all", "--all"]);
    std::fs::remove_file(folder.path().join(".git/ORIG_HEAD")).unwrap();
    let leaks = folder.leaks();
    assert_eq!(leaks.leaks[0].past[0].loose, Some(LeakLoose::Nothing), "{leaks:?}");
}

#[test]
fn stashes_notes_and_other_worktrees_are_read() {
    let folder = Folder::git();
    folder.write("a.txt", "nothing").commit("start");
    folder.run(&["notes", "add", "-m", &expand("see glpat-{b64url:20}")]);
    folder.write("a.txt", expand("k=sk_live_{alnum:24}"));
    folder.run(&["stash", "-q"]);
    let other = tempfile::tempdir().unwrap();
    let path = other.path().join("other");
    folder.run(&["worktree", "add", "-q", "--detach", path.to_str().unwrap()]);
    std::fs::write(path.join("w.txt"), expand("k=whsec_{alnum:32}")).unwrap();
    folder.run(&["-C", path.to_str().unwrap(), "add", "-A"]);
    folder.run(&["-C", path.to_str().unwrap(), "commit", "-q", "-m", "there"]);
    let leaks = folder.leaks();
    assert_eq!(leaks.missed, []);
    let mut places: Vec<(&str, Option<&str>)> = leaks
        .leaks
        .iter()
        .map(|leak| (leak.past[0].path.as_str(), leak.past[0].still_in.as_deref()))
        .collect();
    places.sort_unstable();
    let expected = [
        ("(git note)", Some("refs/notes/commits")),
        ("a.txt", Some("refs/stash")),
        ("w.txt", Some("HEAD of worktree other")),
    ];
    assert_eq!(places, expected);
    // A linked worktree reads the same objects.
    assert_eq!(super::tree::observe_at(&path, std::time::Duration::from_mins(5)).leaks.len(), 3);
}

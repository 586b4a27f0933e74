//! The tree and the history, on repositories made for the test.

use std::{fs, os::unix::fs::symlink, path::Path, process::Command, sync::Arc, time::Duration};

use gonogo::{
    checks::{by_id, judge},
    observe::{Options, Progress, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Leak, Leaks, Miss, Observations, THE_REPOSITORY},
    target::{Stack, Target},
    verdict::Verdict,
};
use tempfile::TempDir;

use super::template::expand;

/// A folder, and the date of the commits to come.
pub(super) struct Folder(TempDir, std::cell::Cell<usize>);

impl Folder {
    pub(super) fn new() -> Self {
        Self(TempDir::new().unwrap(), std::cell::Cell::new(0))
    }

    pub(super) fn git() -> Self {
        let folder = Self::new();
        folder.run(&["init", "-q", "-b", "main"]);
        folder
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(super) fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.current_dir(self.path()).args(["-c", "user.name=T", "-c", "user.email=t@example.org"]);
        command.args(["-c", "commit.gpgsign=false"]).args(arguments);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        if self.1.get() > 0 {
            let date = format!("{} +0000", self.1.get());
            command.env("GIT_COMMITTER_DATE", &date).env("GIT_AUTHOR_DATE", &date);
            self.1.set(self.1.get() + 1);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Dates what git does from now on, from so many seconds after a day in November 2023.
    pub(super) fn date(&self, seconds: usize) -> &Self {
        self.1.set(self.1.get().max(1_700_000_000 + seconds));
        self
    }

    pub(super) fn commit(&self, message: &str) -> String {
        self.run(&["add", "-A", "-f"]);
        self.run(&["commit", "-q", "--allow-empty", "-m", message]);
        self.run(&["rev-parse", "HEAD"])
    }

    fn seen(&self, deadline: Duration) -> Observations {
        let stack = Stack { git: self.path().join(".git").exists(), ..Stack::default() };
        let target = Target { name: "t".into(), repository: true, stack, ..Target::default() };
        let selection = Selection::new(vec!["secrets".into()], vec![], true).unwrap();
        let plan = plan(&target, &selection, Consent::default());
        let options = Options {
            root: Some(self.path().to_owned()),
            now: "2026-11-21T00:00:00Z".parse().unwrap(),
            resolver: None,
            connect_to: vec![],
            extra_roots: vec![],
            deadline,
            jobs: 1,
        };
        let silent: Arc<dyn Progress> = Arc::new(Silent);
        observe(&plan, &Arc::new(target), &options, &silent).unwrap()
    }

    pub(super) fn leaks(&self) -> Leaks {
        self.seen(Duration::from_mins(5)).leaks[THE_REPOSITORY].got().unwrap().clone()
    }
}

fn token() -> String {
    expand("sk_live_{alnum:24}")
}

fn only(leaks: &Leaks) -> &Leak {
    assert_eq!(leaks.leaks.len(), 1, "{leaks:?}");
    &leaks.leaks[0]
}

fn paths(leak: &Leak) -> Vec<&str> {
    leak.sites.iter().map(|site| site.path.as_str()).collect()
}

#[test]
fn one_value_is_one_leak_with_all_its_places() {
    let folder = Folder::new();
    folder.write("a.env", format!("\n  K={}\n", token())).write("src/b.js", format!("let k='{}'", token()));
    let leaks = folder.leaks();
    let leak = only(&leaks);
    assert_eq!(paths(leak), ["a.env", "src/b.js"]);
    assert_eq!((leak.sites[0].line, leak.sites[0].column), (2, 5));
    // Indented as it is, for the column counts that too.
    assert_eq!(leak.sites[0].snippet, "  K=sk_live_…");
    assert!(leaks.missed.is_empty() && leaks.history.is_none());
    assert!(!serde_json::to_string(&leaks).unwrap().contains(&token()[8..]));
}

#[test]
fn ignored_files_are_no_leak_unless_git_tracks_them() {
    let folder = Folder::git();
    folder.write(".gitignore", ".env*\n").write(".env", format!("K={}", token()));
    assert_eq!(folder.leaks().leaks, []);
    folder.run(&["add", "-f", ".env"]);
    let leaks = folder.leaks();
    assert_eq!(paths(only(&leaks)), [".env"]);
}

#[test]
fn the_history_names_path_and_commits() {
    let folder = Folder::git();
    folder.write("other.txt", "x").commit("start");
    let first = folder.write("config/prod.ts", format!("export const k = '{}'", token())).commit("add");
    let last = folder.write("other.txt", "y").commit("change");
    fs::remove_file(folder.path().join("config/prod.ts")).unwrap();
    folder.commit("remove");
    for packed in [false, true] {
        if packed {
            folder.run(&["gc", "-q", "--aggressive", "--prune=now"]);
        }
        let leaks = folder.leaks();
        let leak = only(&leaks);
        assert_eq!(leak.sites, []);
        let past = &leak.past[0];
        assert_eq!((past.path.as_str(), past.line, past.in_head), ("config/prod.ts", 1, false));
        assert_eq!(past.first.as_deref(), Some(first.as_str()));
        assert_eq!(past.last.as_deref(), Some(last.as_str()));
        assert_eq!(leaks.history.as_ref().unwrap().commits, 4);
        assert_eq!(leaks.missed, []);
    }
}

#[test]
fn every_branch_tag_and_message_is_read() {
    let folder = Folder::git();
    folder.write("a.txt", "x").commit("start");
    folder.run(&["checkout", "-q", "-b", "side"]);
    folder.write("b.txt", expand("k=whsec_{alnum:32}")).commit("side");
    folder.run(&["checkout", "-q", "main"]);
    folder.commit(&format!("use {}", token()));
    folder.run(&["tag", "-a", "v1", "-m", &expand("token glpat-{b64url:20}")]);
    let leaks = folder.leaks();
    let rules: Vec<&str> = leaks.leaks.iter().map(|leak| leak.rule.as_str()).collect();
    let expected = [
        "secrets/gitlab-personal-access-token",
        "secrets/stripe-live-secret-key",
        "secrets/stripe-webhook-secret",
    ];
    assert_eq!(rules, expected);
    assert!(leaks.leaks.iter().all(|leak| leak.past[0].first.is_some()), "{leaks:?}");
}

#[test]
fn a_value_no_reference_leads_to_is_said_to_be_so() {
    let folder = Folder::git();
    folder.write("a.txt", "x").commit("start");
    folder.write("a.txt", token()).commit("oops");
    folder.run(&["reset", "-q", "--hard", "HEAD~1"]);
    let leaks = folder.leaks();
    assert!(only(&leaks).past[0].loose.is_some() && only(&leaks).past[0].still_in.is_none());
    assert_eq!(leaks.missed, []);
    let seen = folder.seen(Duration::from_mins(5));
    let verdict = verdict_of("secrets/stripe-live-secret-key", &seen);
    let Verdict::Fail(findings) = verdict else { panic!("{verdict:?}") };
    assert_eq!(findings[0].severity, Some(gonogo::finding::Severity::Medium));
}

#[test]
fn missing_and_corrupt_objects_are_said_and_abort_nothing() {
    let folder = Folder::git();
    folder.write("a.txt", "one").write("b.txt", "two").write("k.txt", token()).commit("all");
    let object = |path: &str| {
        let id = folder.run(&["rev-parse", &format!("HEAD:{path}")]);
        folder.path().join(".git/objects").join(&id[..2]).join(&id[2..])
    };
    fs::remove_file(object("a.txt")).unwrap();
    let corrupt = object("b.txt");
    fs::remove_file(&corrupt).unwrap();
    fs::write(corrupt, "not zlib").unwrap();
    let leaks = folder.leaks();
    assert_eq!(only(&leaks).past[0].path, "k.txt");
    let said = format!("{:?}", leaks.missed);
    assert!(
        said.contains("1 git objects are missing") && said.contains("1 git objects are corrupt"),
        "{said}"
    );
    let seen = folder.seen(Duration::from_mins(5));
    assert!(matches!(verdict_of("secrets/stripe-live-secret-key", &seen), Verdict::Fail(_)));
    assert!(matches!(verdict_of("secrets/resend-api-key", &seen), Verdict::Inconclusive { .. }));
}

#[test]
fn a_shallow_clone_is_no_clean_history() {
    let folder = Folder::git();
    folder.write("k.txt", token()).commit("one");
    folder.write("k.txt", "gone").commit("two");
    let clone = Folder::new();
    let from = format!("file://{}", folder.path().display());
    clone.run(&["clone", "-q", "--depth", "1", &from, "."]);
    let leaks = clone.leaks();
    assert_eq!(leaks.leaks, []);
    assert!(matches!(&leaks.missed[..], [Miss::Unsupported(what)] if what.contains("shallow")), "{leaks:?}");
}

#[test]
fn a_partial_clone_is_no_clean_history() {
    let folder = Folder::git();
    folder.run(&["config", "uploadpack.allowFilter", "true"]);
    folder.write("k.txt", token()).commit("one");
    folder.write("k.txt", "gone").commit("two");
    let clone = Folder::new();
    let from = format!("file://{}", folder.path().display());
    clone.run(&["clone", "-q", "--filter=blob:none", &from, "."]);
    let leaks = clone.leaks();
    assert_eq!(leaks.leaks, []);
    let said = format!("{:?}", leaks.missed);
    assert!(said.contains("1 git objects that a partial clone left out"), "{said}");
}

#[test]
fn a_passed_deadline_is_no_pass() {
    let folder = Folder::git();
    folder.write("a.txt", "x").commit("one");
    let seen = folder.seen(Duration::ZERO);
    let verdict = verdict_of("secrets/stripe-live-secret-key", &seen);
    assert!(matches!(verdict, Verdict::Inconclusive { why: Miss::Timeout(_) }), "{verdict:?}");
}

#[test]
fn hostile_trees_are_read() {
    let folder = Folder::new();
    let outside = Folder::new();
    outside.write("out.txt", token());
    symlink(outside.path(), folder.path().join("out")).unwrap();
    symlink(outside.path().join("out.txt"), folder.path().join("link.txt")).unwrap();
    symlink(folder.path(), folder.path().join("loop")).unwrap();
    let mut line = "x=1;".repeat(10 << 18).into_bytes();
    line.extend(format!("k='{}';", expand("rk_live_{alnum:30}")).bytes());
    let column = u32::try_from(line.len()).unwrap() - 40 + 1;
    folder.write("min.js", line);
    folder.write("image.png", [b"\x89PNG\0\0".as_slice(), token().as_bytes()].concat());
    folder.write(".env", [b"A=\0\n".as_slice(), expand("W=whsec_{alnum:32}").as_bytes()].concat());
    folder
        .write("latin.txt", [b"\xff\xe9 ".as_slice(), expand("re_{alnum:8}_{alnum:24}").as_bytes()].concat());
    let wide: Vec<u8> = expand("glpat-{b64url:20}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.write("wide.txt", [b"\xff\xfe".as_slice(), &wide].concat());
    let leaks = folder.leaks();
    let found: Vec<(&str, &str)> =
        leaks.leaks.iter().map(|leak| (leak.rule.as_str(), leak.sites[0].path.as_str())).collect();
    let expected = [
        ("secrets/gitlab-personal-access-token", "wide.txt"),
        ("secrets/resend-api-key", "latin.txt"),
        ("secrets/stripe-live-restricted-key", "min.js"),
        ("secrets/stripe-webhook-secret", ".env"),
    ];
    assert_eq!(found, expected);
    assert_eq!(leaks.leaks[2].sites[0].column, column);
    assert!(leaks.leaks[2].sites[0].snippet.len() < 400);
    assert_eq!((leaks.tree.files, leaks.tree.binary), (4, 1));
    assert_eq!(leaks.missed, []);
}

#[test]
fn pipes_are_not_waited_for() {
    for (pipe, said) in [
        (".gitignore", true),
        ("sub/.gitignore", true),
        (".git", false),
        ("sub/.git", false),
        ("a.txt", false),
    ] {
        let folder = Folder::new();
        folder.write("k.txt", token()).write("sub/l.txt", token());
        mkfifo(&folder.path().join(pipe));
        let leaks = folder.leaks();
        assert_eq!(paths(only(&leaks)), ["k.txt", "sub/l.txt"], "{pipe}");
        assert_eq!(format!("{:?}", leaks.missed).contains(pipe), said, "{pipe}: {:?}", leaks.missed);
    }
    for pipe in [
        "HEAD",
        "info/exclude",
        "refs/heads/side",
        "index",
        "objects/aa/00000000000000000000000000000000000000",
        "objects/pack/pack-1.idx",
        "objects/info/alternates",
    ] {
        let folder = Folder::git();
        folder.write("k.txt", token()).commit("one");
        let path = folder.path().join(".git").join(pipe);
        let _ = fs::remove_file(&path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        mkfifo(&path);
        assert_eq!(only(&folder.leaks()).sites.len(), 1, "{pipe}");
    }
}

#[test]
fn a_huge_ignore_file_hides_nothing() {
    let folder = Folder::new();
    folder.write("sub/k.txt", token()).write("sub/.gitignore", "*.txt\n".repeat(200_000));
    folder.write("left.txt", expand("k=whsec_{alnum:32}")).write(".gitignore", "left.txt\n");
    let leaks = folder.leaks();
    assert_eq!(paths(only(&leaks)), ["sub/k.txt"]);
    assert!(format!("{:?}", leaks.missed).contains("sub/.gitignore"), "{:?}", leaks.missed);
}

fn mkfifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn what_a_comment_accepts_is_said() {
    let folder = Folder::git();
    folder.write("k.sh", format!("K={}\n", token())).commit("before");
    let comment = "# gonogo:ignore secrets/stripe-live-secret-key revoked in May";
    folder.write("k.sh", format!("K={} {comment}\n", token())).commit("after");
    let seen = folder.seen(Duration::from_mins(5));
    let verdict = verdict_of("secrets/stripe-live-secret-key", &seen);
    let Verdict::NotApplicable { why } = verdict else { panic!("{verdict:?}") };
    assert!(why.contains("k.sh:1: revoked in May"), "{why}");
}

#[test]
fn a_folder_of_a_repository_is_audited_alone() {
    let folder = Folder::git();
    folder.write("other/k.txt", expand("k=whsec_{alnum:32}")).write("app/k.txt", token()).commit("all");
    fs::remove_file(folder.path().join("app/k.txt")).unwrap();
    let leaks = observe_at(&folder.path().join("app"), Duration::from_mins(5));
    assert_eq!(only(&leaks).past[0].path, "k.txt");
}

pub(super) fn observe_at(root: &Path, deadline: Duration) -> Leaks {
    let stack = Stack { git: true, ..Stack::default() };
    let target = Target { name: "t".into(), repository: true, stack, ..Target::default() };
    let plan = plan(
        &target,
        &Selection { only: vec!["secrets".into()], ..Selection::default() },
        Consent::default(),
    );
    let options = Options {
        root: Some(root.to_owned()),
        now: "2026-11-21T00:00:00Z".parse().unwrap(),
        resolver: None,
        connect_to: vec![],
        extra_roots: vec![],
        deadline,
        jobs: 1,
    };
    let silent: Arc<dyn Progress> = Arc::new(Silent);
    let seen = observe(&plan, &Arc::new(target), &options, &silent).unwrap();
    seen.leaks[THE_REPOSITORY].got().unwrap().clone()
}

fn verdict_of(id: &str, seen: &Observations) -> Verdict {
    let outcomes = judge(&[by_id(id).unwrap()], seen, &Target::default());
    outcomes.into_iter().next().unwrap().verdict
}

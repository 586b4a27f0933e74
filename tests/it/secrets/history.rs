//! The walk through packs against git itself: every object, scanned by itself.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use gonogo::{
    engine::secrets::{Proof, scan},
    seen::Leaks,
};

use super::{
    template::expand,
    tree::{Folder, observe_at},
};

/// Rule and hash of each value.
type Values = BTreeSet<(String, String)>;

#[test]
fn equals_git_on_every_way_of_keeping_objects() {
    let folder = Folder::git();
    grow(&folder, 0);
    compare(&folder, "loose");
    folder.run(&["repack", "-adq", "--depth=50", "--window=50"]);
    compare(&folder, "one pack");
    grow(&folder, 30);
    folder.run(&["repack", "-dq"]);
    compare(&folder, "two packs");
    folder.run(&["multi-pack-index", "write"]);
    grow(&folder, 60);
    compare(&folder, "two packs, an index of both, and loose objects");
}

#[test]
fn equals_git_with_alternates_and_objects_in_two_packs() {
    let folder = Folder::git();
    grow(&folder, 0);
    folder.run(&["repack", "-adq"]);
    let clone = Folder::new();
    clone.run(&["clone", "-q", "--shared", folder.path().to_str().unwrap(), "."]);
    grow(&clone, 30);
    clone.run(&["repack", "-dlq"]);
    compare(&clone, "alternates");
    thin(&folder, &clone);
    compare(&folder, "bases in two packs");
}

#[test]
fn equals_git_with_sha256() {
    let folder = Folder::new();
    folder.run(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    grow(&folder, 0);
    folder.run(&["repack", "-adq"]);
    compare(&folder, "sha256");
}

fn compare(folder: &Folder, how: &str) {
    let leaks = folder.leaks();
    assert_eq!(leaks.missed, [], "{how}");
    let (expected, objects) = by_git(folder.path());
    assert!(expected.len() > 20, "{how}: {}", expected.len());
    assert_eq!(values(&leaks), expected, "{how}");
    assert_eq!(leaks.history.unwrap().objects, objects, "{how}");
}

fn values(leaks: &Leaks) -> Values {
    leaks.leaks.iter().map(|leak| (leak.rule.clone(), leak.fingerprint.clone())).collect()
}

/// Every blob, commit and tag, the way git prints it, scanned alone.
fn by_git(folder: &Path) -> (Values, u64) {
    let (mut values, mut objects) = (Values::new(), 0);
    each_by_git(folder, |content| {
        objects += 1;
        let found = scan(content).hits;
        values.extend(found.into_iter().map(|hit| (hit.rule.id.to_owned(), hit.fingerprint)));
    });
    (values, objects)
}

fn each_by_git(folder: &Path, mut each: impl FnMut(&[u8])) {
    let mut child = Command::new("git")
        .args(["cat-file", "--batch-all-objects", "--batch", "--unordered"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let (mut head, mut content) = (String::new(), Vec::new());
    while output.read_line(&mut head).unwrap() > 0 {
        let [_, kind, size] = head.trim_end().split(' ').collect::<Vec<_>>()[..] else { panic!("{head}") };
        content.resize(size.parse::<usize>().unwrap() + 1, 0);
        output.read_exact(&mut content).unwrap();
        if kind != "tree" {
            each(&content[..content.len() - 1]);
        }
        head.clear();
    }
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_bare_repository_has_a_history_too() {
    let folder = Folder::git();
    folder.write("app.env", format!("KEY={}\n", expand("sk_live_{alnum:24}"))).commit("a key");
    let bare = folder.path().join("bare.git");
    let done =
        Command::new("git").args(["clone", "--quiet", "--bare"]).arg(folder.path()).arg(&bare).status();
    assert!(done.unwrap().success());
    let leaks = observe_at(&bare, Duration::from_mins(5));
    assert_eq!(leaks.leaks.len(), 1, "{leaks:?}");
    assert!(leaks.missed.is_empty(), "{:?}", leaks.missed);
}

/// On gonogo's own history; `GONOGO_BENCH_REPO=/path/to/clone` names another, without a work tree of its own.
#[test]
fn equals_git_on_a_clone() {
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var_os("GONOGO_BENCH_REPO").unwrap_or_else(|| {
        let clone = folder.path().join("own");
        let done = Command::new("git")
            .args(["clone", "--quiet", "--no-checkout", env!("CARGO_MANIFEST_DIR")])
            .arg(&clone)
            .status();
        assert!(done.unwrap().success(), "the tests run in a git checkout");
        clone.into_os_string()
    });
    // Rules that leave some paths alone are compared in one direction.
    let (mut sure, mut all, mut objects) = (BTreeSet::new(), BTreeSet::new(), 0);
    each_by_git(Path::new(&path), |content| {
        let is_wide = content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff");
        if is_wide || !content[..content.len().min(8_192)].contains(&0) {
            objects += 1;
        }
        if is_wide || content[..content.len().min(8_192)].contains(&0) {
            return;
        }
        for hit in scan(content).hits {
            if !matches!(hit.rule.proof, Proof::Generic | Proof::Password) {
                sure.insert(hit.fingerprint.clone());
            }
            all.insert(hit.fingerprint);
        }
    });
    let leaks = observe_at(Path::new(&path), Duration::from_mins(30));
    let found: BTreeSet<String> = leaks.leaks.iter().map(|leak| leak.fingerprint.clone()).collect();
    assert_eq!(sure.difference(&found).count(), 0, "lost");
    assert_eq!(found.difference(&all).count(), 0, "made up");
    assert_eq!(leaks.history.unwrap().objects, objects);
    assert!(leaks.missed.is_empty(), "{:?}", leaks.missed);
    eprintln!("{objects} objects, {} values of {}", found.len(), all.len());
}

/// Commits that change a long file here and there: values come, change in their middle, and go.
fn grow(folder: &Folder, from: usize) {
    let path = folder.path().join("app.ts");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        lines =
            (0..300).map(|line| format!("export const line{line} = 'of a file that will change'")).collect();
    }
    for commit in from..from + 30 {
        let line = (commit * 37) % lines.len();
        lines[line] = match commit % 5 {
            0 => expand(&format!("// {commit}\nconst k = 'sk_live_{{alnum:24}}'")),
            1 => expand(&format!("// {commit}\nconst apiSecret = '{{alnum:40}}'")),
            2 => expand(&format!("// {commit}\nmailchimp '{{hex:32}}-us12'")),
            3 => expand(&format!("// {commit}\nhook whsec_{{alnum:32}}")),
            _ => format!("const change{commit} = 1"),
        };
        let text = lines.join("\n");
        lines = text.lines().map(str::to_owned).collect();
        folder.write("app.ts", &text).commit(&expand(&format!("commit {commit} glpat-{{b64url:20}}")));
    }
}

/// Fetches what `from` has more the way git does: a pack of deltas, completed with their bases,
/// which then lie in two packs.
fn thin(to: &Folder, from: &Folder) {
    let mut child = Command::new("git")
        .args(["pack-objects", "--thin", "--stdout", "--revs", "-q", "--delta-base-offset"])
        .current_dir(from.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let old = to.run(&["rev-parse", "HEAD"]);
    let new = from.run(&["rev-parse", "HEAD"]);
    write!(child.stdin.take().unwrap(), "{new}\n^{old}\n").unwrap();
    let pack = child.wait_with_output().unwrap().stdout;
    let mut child = Command::new("git")
        .args(["index-pack", "--stdin", "--fix-thin"])
        .current_dir(to.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&pack).unwrap();
    assert!(child.wait().unwrap().success());
    to.run(&["update-ref", "refs/heads/more", &new]);
}

//! The walk through packs against git itself: every object, scanned by itself.

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use gonogo::{engine::secrets::scan, seen::Leaks};

use super::{template::expand, tree::Folder};

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
    let mut child = Command::new("git")
        .args(["cat-file", "--batch-all-objects", "--batch"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut child.stdout.take().unwrap(), &mut bytes).unwrap();
    assert!(child.wait().unwrap().success());
    let (mut values, mut objects, mut rest) = (Values::new(), 0, &bytes[..]);
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let head = String::from_utf8(rest[..end].to_vec()).unwrap();
        let [_, kind, size] = head.split(' ').collect::<Vec<_>>()[..] else { panic!("{head}") };
        let size: usize = size.parse().unwrap();
        let content = &rest[end + 1..end + 1 + size];
        if kind != "tree" {
            objects += 1;
            let found = scan(content).hits;
            values.extend(found.into_iter().map(|hit| (hit.rule.id.to_owned(), hit.fingerprint)));
        }
        rest = &rest[end + 2 + size..];
    }
    (values, objects)
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

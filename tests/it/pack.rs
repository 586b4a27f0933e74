//! The pack engine against git itself: every object of a real repository, byte for byte.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use gonogo::engine::pack::{Copied, Forest, Index, Kind, Limits, Object, PackError, Visit, walk};

/// Collects what it sees.
#[derive(Default)]
struct Collect {
    seen: BTreeMap<u32, Vec<u8>>,
    broken: Vec<PackError>,
}

impl Visit for Collect {
    type Memory = Vec<u8>;

    fn whole(&mut self, object: Object<'_>) -> Vec<u8> {
        self.seen.insert(object.position, object.content.to_vec());
        object.content.to_vec()
    }

    fn made(&mut self, object: Object<'_>, memory: &Vec<u8>, copied: &[Copied]) -> Vec<u8> {
        for Copied { from, to, count } in copied.iter().copied() {
            // The memory handed over is that of the base, and the pieces are what they say.
            assert_eq!(memory[from..from + count], object.content[to..to + count]);
        }
        self.whole(object)
    }

    fn broken(&mut self, _node: u32, error: PackError) {
        self.broken.push(error);
    }

    fn is_over(&mut self) -> bool {
        false
    }
}

#[test]
fn equals_git_on_every_object() {
    let folder = tempfile::tempdir().unwrap();
    history(folder.path(), 60);
    let (pack, index) = only_pack(folder.path());
    let forest = Forest::build(&pack, &index).unwrap();
    assert!(forest.broken.is_empty() && forest.outside.is_empty());
    assert!(forest.roots.len() < index.len(), "the pack has deltas, or this test proves nothing");

    let seen = collect(&pack, &forest);
    assert!(seen.broken.is_empty(), "{:?}", seen.broken);
    let mut compared = 0;
    for position in 0..index.len() {
        let id = hex(index.id(position).unwrap());
        let kind = git(folder.path(), &["cat-file", "-t", &id]);
        if kind.trim_ascii() == b"tree" {
            continue;
        }
        let kind = String::from_utf8(kind.trim_ascii().to_vec()).unwrap();
        let expected = git(folder.path(), &["cat-file", &kind, &id]);
        assert_eq!(seen.seen.get(&(position as u32)), Some(&expected), "{kind} {id}");
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn a_damaged_byte_costs_what_hangs_from_it_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    history(folder.path(), 20);
    let (pack, index) = only_pack(folder.path());
    let whole = collect(&pack, &Forest::build(&pack, &index).unwrap()).seen;
    // Every 7th byte turned over, one at a time: an error or the truth, never a panic.
    for at in (12..pack.len()).step_by(7) {
        let mut damaged = pack.clone();
        damaged[at] ^= 0xff;
        let Ok(forest) = Forest::build(&damaged, &index) else { continue };
        let seen = collect(&damaged, &forest);
        assert!(seen.seen.len() <= whole.len());
    }
    let cut = collect(&pack[..pack.len() / 2], &Forest::build(&pack[..pack.len() / 2], &index).unwrap());
    assert!(!cut.seen.is_empty() && cut.seen.len() < whole.len());
}

#[test]
fn a_damaged_index_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    history(folder.path(), 5);
    let bytes = fs::read(pack_file(folder.path(), "idx")).unwrap();
    assert_eq!(Index::parse(&bytes[1..], 20).unwrap_err(), PackError::NotAnIndex);
    for end in (8..bytes.len() - 40).step_by(11) {
        assert!(Index::parse(&bytes[..end], 20).is_err(), "cut at {end}");
    }
}

fn collect(pack: &[u8], forest: &Forest) -> Collect {
    let mut collect = Collect::default();
    for root in &forest.roots {
        if forest.nodes[*root as usize].kind != Some(Kind::Tree) {
            walk(pack, forest, *root, Limits::default(), &mut collect);
        }
    }
    collect
}

/// A file that grows and changes, so that git makes chains of deltas, and a tag.
fn history(folder: &Path, commits: u32) {
    git(folder, &["init", "-q"]);
    let mut text: Vec<String> =
        (0..200).map(|line| format!("line {line} of a file that will change")).collect();
    for commit in 0..commits {
        let line = (commit as usize * 37) % text.len();
        text[line] = format!("line {line}, changed in commit {commit}");
        fs::write(folder.join("file.txt"), text.join("\n")).unwrap();
        git(folder, &["add", "-A"]);
        git(
            folder,
            &[
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@example.com",
                "commit",
                "-qm",
                &format!("commit {commit}"),
            ],
        );
    }
    git(folder, &["-c", "user.name=a", "-c", "user.email=a@example.com", "tag", "-a", "v1", "-m", "a tag"]);
    git(folder, &["repack", "-adq", "--depth=50", "--window=50"]);
}

fn only_pack(folder: &Path) -> (Vec<u8>, Index) {
    let index = fs::read(pack_file(folder, "idx")).unwrap();
    (fs::read(pack_file(folder, "pack")).unwrap(), Index::parse(&index, 20).unwrap())
}

fn pack_file(folder: &Path, ending: &str) -> std::path::PathBuf {
    let mut entries =
        fs::read_dir(folder.join(".git/objects/pack")).unwrap().flatten().map(|entry| entry.path());
    entries.find(|path| path.extension().is_some_and(|found| found == ending)).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn git(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("git").args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

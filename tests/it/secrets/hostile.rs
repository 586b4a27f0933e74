//! Repositories that nobody's git would write: bounded, said, and never a panic.

use std::{fs, io::Write as _, path::Path, process::Command, time::Duration};

use gonogo::engine::pack::{
    CommitHead, Copied, Delta, Forest, Index, Limits, Object, Outline, PackError, TreeEntry, Visit, walk,
};

use super::{
    template::expand,
    tree::{Folder, observe_at},
};

/// Numbers that look random and are the same in each run (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

#[derive(Default)]
struct Count(usize, usize);

impl Visit for Count {
    type Memory = Option<Outline>;

    fn whole(&mut self, object: Object<'_>) -> Self::Memory {
        self.0 += 1;
        let _ = CommitHead::parse(object.content, 20);
        Outline::read(object.content, 20, |entry| Some(entry.mode))
    }

    fn made(&mut self, object: Object<'_>, base: &Self::Memory, copied: &[Copied]) -> Self::Memory {
        self.0 += 1;
        let whole = Outline::read(object.content, 20, |_| Some(0));
        let made = base.as_ref().and_then(|base| base.made(object.content, copied, 20, |_| Some(0)));
        if let (Some(made), Some(_)) = (&made, &base) {
            // Read beside its base, a tree is what it is alone, but for the marks.
            assert_eq!(bounds(&made.outline), whole.as_ref().map(bounds).unwrap_or_default());
        }
        whole
    }

    fn broken(&mut self, _node: u32, _error: PackError) {
        self.1 += 1;
    }

    fn is_over(&mut self) -> bool {
        self.0 > 10_000
    }
}

fn bounds(outline: &Outline) -> String {
    let text = format!("{outline:?}");
    text.split("followed").next().unwrap_or_default().to_owned()
}

fn packed() -> (Vec<u8>, Vec<u8>) {
    let folder = Folder::git();
    for round in 0..30 {
        for part in 0..30 {
            folder.write(&format!("f{}/p{part}.txt", part % 3), format!("{}", part * (1 + round / 10)));
        }
        folder.write("f1/k.txt", format!("round {round}")).commit("round");
    }
    folder.run(&["repack", "-adq", "--depth=50", "--window=50"]);
    let read = |ending: &str| {
        let mut files = fs::read_dir(folder.path().join(".git/objects/pack")).unwrap().flatten();
        fs::read(files.find(|file| file.path().extension().unwrap() == ending).unwrap().path()).unwrap()
    };
    (read("pack"), read("idx"))
}

fn run(pack: &[u8], index: &[u8]) -> Count {
    let mut count = Count::default();
    if let Ok(index) = Index::parse(index, 20)
        && let Ok(forest) = Forest::build(pack, &index)
    {
        let limits = Limits { object: 1 << 20, memory: 1 << 22, depth: 64 };
        for root in &forest.roots {
            walk(pack, &forest, *root, limits, &mut count);
        }
        assert!(forest.unrooted().len() <= forest.nodes.len());
        for at in 0..index.len().min(50) {
            assert!(index.id(at).is_some_and(|id| index.find(id).is_some() || !index_is_sorted(&index)));
        }
    }
    count
}

fn index_is_sorted(index: &Index) -> bool {
    (1..index.len()).all(|at| index.id(at - 1) <= index.id(at))
}

#[test]
fn mutated_packs_and_indexes_are_walked_without_a_panic() {
    let (pack, index) = packed();
    let whole = run(&pack, &index);
    assert!(whole.0 > 100 && whole.1 == 0, "{} {}", whole.0, whole.1);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..400 {
        let (mut pack, mut index) = (pack.clone(), index.clone());
        for _ in 0..=dice.roll(6) {
            let bytes = if dice.roll(2) == 0 { &mut pack } else { &mut index };
            let at = dice.roll(bytes.len());
            match dice.roll(4) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] = 0xff,
                2 => bytes[at] ^= 1 << dice.roll(8),
                _ => drop(bytes.drain(at..(at + dice.roll(9)).min(bytes.len()))),
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        run(&pack, &index);
    }
}

#[test]
fn random_bytes_are_no_tree_no_commit_and_no_delta() {
    let mut dice = Dice(42);
    for _ in 0..2_000 {
        let bytes: Vec<u8> = (0..dice.roll(200)).map(|_| b" 0147\x00abc\xff\x80t"[dice.roll(12)]).collect();
        let _ = TreeEntry::parse(&bytes, 20);
        let _ = CommitHead::parse(&bytes, 20);
        let outline = Outline::read(&bytes, 2, |_| Some(1));
        if let (Some(outline), Some(delta)) = (outline, Delta::parse(&bytes)) {
            let (mut made, mut copied) = (Vec::new(), Vec::new());
            if delta.apply(&bytes, &mut made, &mut copied) {
                let _ = outline.made(&made, &copied, 2, |_| Some(1));
            }
        }
    }
}

/// An id is only as good as the index that names it: two commits that follow each other, and two
/// trees that hold each other.
#[test]
fn circles_end() {
    let folder = Folder::git();
    folder.write("a/k.txt", expand("k=sk_live_{alnum:24}")).commit("first");
    let one = folder.run(&["rev-parse", "HEAD"]);
    let (top, sub) = (folder.run(&["rev-parse", "HEAD^{tree}"]), folder.run(&["rev-parse", "HEAD:a"]));
    let two = folder.commit("second");
    // The first commit follows the second, and its folder holds the tree that holds it.
    let commit = format!(
        "tree {top}\nparent {two}\nauthor T <t@example.org> 1 +0000\ncommitter T <t@example.org> 1 +0000\n\nx\n"
    );
    loose(&folder, &one, "commit", commit.as_bytes());
    let raw: Vec<u8> = (0..20).map(|at| u8::from_str_radix(&top[2 * at..2 * at + 2], 16).unwrap()).collect();
    loose(&folder, &sub, "tree", &[b"40000 up\0".as_slice(), &raw].concat());
    let leaks = observe_at(folder.path(), Duration::from_mins(5));
    assert_eq!(leaks.leaks.len(), 1, "{leaks:?}");
}

/// Writes an object under an id that is not its own.
fn loose(folder: &Folder, id: &str, kind: &str, content: &[u8]) {
    let path = folder.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    let _ = fs::remove_file(&path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let whole = [format!("{kind} {}\0", content.len()).as_bytes(), content].concat();
    let mut bytes = vec![0; libdeflate_bound(whole.len())];
    let written = libdeflater::Compressor::new(libdeflater::CompressionLvl::default())
        .zlib_compress(&whole, &mut bytes)
        .unwrap();
    fs::write(path, &bytes[..written]).unwrap();
}

fn libdeflate_bound(length: usize) -> usize {
    length * 2 + 64
}

/// A pack of a few hundred bytes whose deltas would expand to gigabytes.
#[test]
fn a_bomb_of_deltas_is_bounded_and_said() {
    let folder = Folder::git();
    folder.write("a.txt", expand("k=sk_live_{alnum:24}")).commit("start");
    folder.run(&["repack", "-adq"]);
    let (mut ids, mut body, mut offsets) = (Vec::new(), Vec::new(), Vec::new());
    body.extend(b"PACK\0\0\0\x02\0\0\0\x09");
    offsets.push(body.len());
    entry(&mut body, 3, &[], &[b'x'; 4096]);
    // Each copies its base sixteen times: 4 KiB, 64 KiB, 1 MiB, … 4 GiB and more.
    let mut size = 4096_u64;
    for _ in 1..9 {
        let mut delta = number(size);
        delta.extend(number(size * 16));
        for _ in 0..16 {
            let mut left = size;
            let mut from = 0_u64;
            while left > 0 && delta.len() < 1 << 16 {
                let count = left.min(0xff_ffff);
                delta.push(0xff);
                delta.extend(&(from as u32).to_le_bytes());
                delta.extend(&(count as u32).to_le_bytes()[..3]);
                (from, left) = (from + count, left - count);
            }
        }
        size *= 16;
        let (at, base) = (body.len(), *offsets.last().unwrap());
        offsets.push(at);
        entry(&mut body, 6, &back(at - base), &delta);
    }
    body.extend([0; 20]);
    for at in 0..offsets.len() {
        ids.push([at as u8 + 1; 20]);
    }
    let pack = folder.path().join(".git/objects/pack/pack-0000000000000000000000000000000000000000.pack");
    fs::write(&pack, &body).unwrap();
    fs::write(pack.with_extension("idx"), index(&ids, &offsets)).unwrap();
    let leaks = observe_at(folder.path(), Duration::from_mins(5));
    assert_eq!(leaks.leaks.len(), 1, "{leaks:?}");
    assert!(!leaks.missed.is_empty(), "what was not expanded is said");
}

/// Bit 7 of the first byte is set while more follow; the kind is in bits 4 to 6.
fn entry(body: &mut Vec<u8>, kind: u8, base: &[u8], content: &[u8]) {
    let mut size = content.len();
    let mut byte = kind << 4 | (size & 15) as u8;
    size >>= 4;
    while size > 0 {
        body.push(byte | 0x80);
        byte = (size & 0x7f) as u8;
        size >>= 7;
    }
    body.push(byte);
    body.extend(base);
    let mut bytes = vec![0; libdeflate_bound(content.len())];
    let written = libdeflater::Compressor::new(libdeflater::CompressionLvl::default())
        .zlib_compress(content, &mut bytes)
        .unwrap();
    body.extend(&bytes[..written]);
}

fn number(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// How far back a base is, as a pack says it.
fn back(mut distance: usize) -> Vec<u8> {
    let mut bytes = vec![(distance & 0x7f) as u8];
    while distance >> 7 > 0 {
        distance = (distance >> 7) - 1;
        bytes.insert(0, (distance & 0x7f) as u8 | 0x80);
    }
    bytes
}

fn index(ids: &[[u8; 20]], offsets: &[usize]) -> Vec<u8> {
    let mut bytes = vec![0xff, b't', b'O', b'c', 0, 0, 0, 2];
    for first in 0..=255_u8 {
        bytes.extend((ids.iter().filter(|id| id[0] <= first).count() as u32).to_be_bytes());
    }
    bytes.extend(ids.iter().flatten());
    bytes.extend(vec![0; 4 * ids.len()]);
    bytes.extend(offsets.iter().flat_map(|offset| (*offset as u32).to_be_bytes()));
    bytes.extend([0; 40]);
    bytes
}

/// A loose object that says it has four gigabytes, and is a few bytes long.
#[test]
fn a_huge_promise_is_not_believed() {
    let folder = Folder::git();
    folder.write("k.txt", expand("k=sk_live_{alnum:24}")).commit("start");
    let path = folder.path().join(".git/objects/aa");
    fs::create_dir_all(&path).unwrap();
    let mut bytes = vec![0; 256];
    let written = libdeflater::Compressor::new(libdeflater::CompressionLvl::default())
        .zlib_compress(b"blob 4294967296\0short", &mut bytes)
        .unwrap();
    fs::write(path.join("a".repeat(38)), &bytes[..written]).unwrap();
    let leaks = observe_at(folder.path(), Duration::from_mins(5));
    assert_eq!(leaks.leaks.len(), 1, "{leaks:?}");
    assert!(!leaks.missed.is_empty(), "{leaks:?}");
}

#[test]
fn alternates_in_a_circle_and_a_gitdir_that_leads_out_end() {
    let folder = Folder::git();
    folder.write("k.txt", expand("k=sk_live_{alnum:24}")).commit("start");
    let objects = folder.path().join(".git/objects");
    fs::write(objects.join("info/alternates"), format!("{}\n", objects.display())).unwrap();
    let leaks = observe_at(folder.path(), Duration::from_mins(5));
    assert_eq!(leaks.leaks.len(), 1, "{leaks:?}");
    let other = Folder::new();
    other.write("k.txt", expand("k=whsec_{alnum:32}")).write(".git", "gitdir: /nowhere/at/all\n");
    let leaks = observe_at(other.path(), Duration::from_mins(5));
    assert_eq!(leaks.leaks.len(), 1, "{leaks:?}");
    assert!(!leaks.missed.is_empty(), "{leaks:?}");
}

/// Names that are no UTF-8, many references, and one very long line.
#[test]
fn odd_names_many_references_and_a_long_line_are_read() {
    let folder = Folder::git();
    let line = "x".repeat(4 << 20) + &expand(" k=sk_live_{alnum:24} ") + &"y".repeat(1 << 20);
    folder.write("long.txt", line);
    write_odd(folder.path());
    folder.commit("odd");
    fs::remove_file(folder.path().join("long.txt")).unwrap();
    folder.commit("gone");
    let head = folder.run(&["rev-parse", "HEAD"]);
    let mut child = Command::new("git")
        .args(["update-ref", "--stdin"])
        .current_dir(folder.path())
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    for number in 0..5_000 {
        writeln!(input, "create refs/heads/many/{number} {head}").unwrap();
    }
    drop(input);
    assert!(child.wait().unwrap().success());
    let leaks = observe_at(folder.path(), Duration::from_mins(5));
    assert_eq!(leaks.missed, []);
    assert_eq!(leaks.leaks.len(), 2, "{leaks:?}");
    assert!(
        leaks
            .leaks
            .iter()
            .any(|leak| leak.past[0].path == "long.txt" && leak.past[0].left == Some(head.clone()))
    );
}

fn write_odd(folder: &Path) {
    use std::os::unix::ffi::OsStrExt as _;
    let name = std::ffi::OsStr::from_bytes(b"na\xffme\n.env");
    fs::write(folder.join(name), expand("k=whsec_{alnum:32}")).unwrap();
}

//! What is in archives: every file of every archive in it, within bounds that a bomb meets first.

use super::text;
use crate::{
    engine::archive::{self, Kind},
    observe::Local,
    seen::Miss,
};

/// The largest archive that is opened: it is held in memory.
pub(super) const LARGEST: u64 = 1 << 30;
/// Archives in archives.
const DEPTH: usize = 5;
/// Files of all archives in one.
const ENTRIES: usize = 100_000;
/// Plain bytes of one file in it.
const ENTRY: usize = 256 << 20;
/// Plain bytes of all of them.
const BYTES: usize = 2 << 30;
/// An archive may expand so many times its own size, and by so much in any case. Text rarely packs
/// better than ten to one; deflate reaches a thousand, and bombs live there.
const RATIO: usize = 150;
const FREE: usize = 32 << 20;

/// Hands every file of an archive to `each` with its path in it: `app.apk!/assets/.env`.
pub(super) struct Unpacking<'a, F> {
    files: &'a Local,
    each: F,
    bytes: usize,
    entries: usize,
    pub(super) missed: Vec<Miss>,
}

impl<'a, F: FnMut(&str, &[u8])> Unpacking<'a, F> {
    pub(super) fn new(files: &'a Local, packed: usize, each: F) -> Self {
        let bytes = packed.saturating_mul(RATIO).saturating_add(FREE).min(BYTES);
        Self { files, each, bytes, entries: ENTRIES, missed: Vec::new() }
    }

    pub(super) fn open(&mut self, path: &str, kind: Kind, bytes: &[u8]) {
        self.below(path, kind, bytes, 1);
    }

    fn below(&mut self, path: &str, kind: Kind, bytes: &[u8], depth: usize) {
        if kind == Kind::Gzip {
            let limit = self.bytes.min(LARGEST as usize);
            let plain = archive::gunzip(bytes, limit);
            let inner = inner_name(path);
            self.file(&format!("{path}!/{inner}"), &plain.bytes, plain.whole, depth);
            return;
        }
        let entries = match archive::entries(kind, bytes, self.entries) {
            Ok(entries) => entries,
            Err(err) => return self.say(path, &err.to_string()),
        };
        self.entries = self.entries.saturating_sub(entries.len());
        for entry in entries {
            if self.bytes == 0 {
                return self.say(path, "it expands to more than is read, as a bomb does");
            }
            if self.files.is_late() {
                return self.missed.push(Miss::Timeout(format!("{path} was not read to its end")));
            }
            let name = format!("{path}!/{}", entry.name);
            match entry.packed.plain(ENTRY.min(self.bytes)) {
                Some((plain, whole)) => self.file(&name, &plain, whole, depth),
                None => self.say(&name, "it is encrypted, or packed with a method that is not read"),
            }
        }
    }

    fn file(&mut self, path: &str, plain: &[u8], whole: bool, depth: usize) {
        self.bytes = self.bytes.saturating_sub(plain.len());
        if !whole {
            self.say(path, "only its beginning could be read: it is damaged, or too large");
        }
        match archive::kind(plain) {
            Some(kind) if depth < DEPTH => self.below(path, kind, plain, depth + 1),
            Some(_) => self.say(path, "it is an archive too deep in archives"),
            None if text::of(path, plain).is_some() => (self.each)(path, plain),
            None => {}
        }
    }

    fn say(&mut self, path: &str, why: &str) {
        // Hostile names are as long as they like.
        let shown: String = path.chars().filter(|letter| !letter.is_control()).take(300).collect();
        self.missed.push(Miss::Unsupported(format!("{shown}: {why}")));
    }
}

/// `a.tar.gz` holds `a.tar`, `a.tgz` too.
fn inner_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, "tgz")) => format!("{stem}.tar"),
        Some((stem, _)) => stem.to_owned(),
        None => name.to_owned(),
    }
}

//! Every object's text, scanned once: packs by walking them, the other objects through gix.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use gix::{
    ObjectId,
    objs::{Find as _, Kind as GitKind},
    odb::{HandleArc, Header as _},
};
use rayon::prelude::*;

use super::{
    commits::Commits,
    objects::{LARGEST, Objects, Pack},
    text,
};
use crate::{
    engine::{
        pack::{Copied, Forest, Kind, Limits, Object, PackError, Visit, Walker},
        secrets::{Hit, Locator, Scan, Traces, scan as scan_bytes, scan_and_trace, scan_made},
    },
    observe::Local,
    seen::{HistoryScan, Miss},
};

/// Roots a thread takes at once: neighbours in the pack share pages.
const ROOTS: usize = 32;
/// Other objects a thread takes at once.
const OTHERS: usize = 256;

/// A hit in an object, with its line.
pub(super) type Found = Vec<(Hit, u32)>;

/// What was found in the objects, before anybody knows their paths.
#[derive(Default)]
pub(super) struct Sifted {
    pub(super) blobs: HashMap<ObjectId, Found>,
    /// Of commits and tags.
    pub(super) messages: HashMap<ObjectId, Found>,
    pub(super) commits: Commits,
    /// Trees that only gix can read.
    pub(super) trees: Vec<ObjectId>,
    corrupt: Vec<ObjectId>,
    large: u64,
    truncated: u64,
    pub(super) objects: u64,
    pub(super) bytes: u64,
    is_late: bool,
    /// Left to gix: what this walk could not expand.
    again: Vec<ObjectId>,
}

pub(super) fn sift(
    files: &Local,
    objects: &Objects,
    seen: &mut HistoryScan,
    missed: &mut Vec<Miss>,
) -> Sifted {
    let mut sifted = Sifted::default();
    for number in 0..objects.packs.len() {
        match pack(files, objects, number) {
            Ok(found) => sifted = sifted.joined(found),
            Err(miss) => missed.push(miss),
        }
    }
    let mut others = std::mem::take(&mut sifted.again);
    others.extend(&objects.others);
    others.sort_unstable();
    others.dedup();
    let mut sifted = sifted.joined(one_by_one(files, objects, &others));
    (seen.objects, seen.bytes) = (sifted.objects, sifted.bytes);
    missed.extend(sifted.misses());
    sifted.commits.sort();
    sifted
}

fn pack(files: &Local, objects: &Objects, number: usize) -> Result<Sifted, Miss> {
    let pack = &objects.packs[number];
    let forest = pack.forest()?;
    let limits = Limits { object: LARGEST, memory: LARGEST as usize, ..Limits::default() };
    let roots: Vec<u32> = forest.roots.iter().copied().filter(|root| is_text(forest, *root)).collect();
    let mut sifted = roots
        .par_chunks(ROOTS)
        .fold(
            || (Walker::default(), Sifted::default()),
            |(mut walker, sifted), roots| {
                let mut visitor = Sifter { files, objects, pack, forest, number, sifted };
                for root in roots {
                    if visitor.is_over() {
                        break;
                    }
                    walker.walk(pack.bytes(), forest, *root, limits, &mut visitor);
                }
                (walker, visitor.sifted)
            },
        )
        .map(|(_, sifted)| sifted)
        .reduce(Sifted::default, Sifted::joined);
    let unrooted = forest.unrooted();
    sifted.again.extend(unrooted.iter().filter_map(|node| id(pack, forest, *node)));
    Ok(sifted)
}

fn is_text(forest: &Forest, node: u32) -> bool {
    forest.nodes[node as usize].kind != Some(Kind::Tree)
}

fn id(pack: &Pack, forest: &Forest, node: u32) -> Option<ObjectId> {
    pack.id(forest.nodes.get(node as usize)?.position)
}

/// Scans what a walk hands it.
struct Sifter<'a> {
    files: &'a Local,
    objects: &'a Objects,
    pack: &'a Pack,
    forest: &'a Forest,
    /// Of the pack.
    number: usize,
    sifted: Sifted,
}

impl Visit for Sifter<'_> {
    /// None where nothing can be inherited: it is no text, or not scanned here.
    type Memory = Option<Traces>;

    fn whole(&mut self, object: Object<'_>) -> Self::Memory {
        self.scan(object, None, scan_and_trace)
    }

    fn made(&mut self, object: Object<'_>, memory: &Self::Memory, copied: &[Copied]) -> Self::Memory {
        match memory {
            Some(traces) => {
                let text = text::stays(object.content, copied).then_some(object.content);
                self.scan(object, text, |text| scan_made(text, traces, copied))
            }
            None => self.whole(object),
        }
    }

    fn broken(&mut self, node: u32, _error: PackError) {
        let below = self.forest.below(node);
        self.sifted.again.extend(below.iter().filter_map(|node| id(self.pack, self.forest, *node)));
    }

    fn is_over(&mut self) -> bool {
        self.sifted.is_late |= self.files.is_late();
        self.sifted.is_late
    }
}

impl Sifter<'_> {
    /// `known` is the text, where that is known already.
    fn scan(
        &mut self,
        object: Object<'_>,
        known: Option<&[u8]>,
        scan: impl FnOnce(&[u8]) -> (Scan, Option<Traces>),
    ) -> Option<Traces> {
        // Looked up only where it is needed: ids lie all over the memory.
        let id = || self.pack.id(object.position);
        if self.number > 0 && self.objects.is_before(self.number, id()?.as_slice()) {
            return None;
        }
        if object.kind != Kind::Blob {
            let number = self.objects.number_in(self.pack, object.position)?;
            self.sifted.commits.note(self.objects, number, object.kind, object.content);
        }
        let text = known.map(Cow::Borrowed).or_else(|| text::of("", object.content))?;
        let (scan, traces) = match &text {
            Cow::Borrowed(text) => scan(text),
            // What is copied are other bytes than those that are scanned.
            Cow::Owned(text) => (scan_bytes(text), None),
        };
        self.sifted.add(id, object.kind == Kind::Blob, &text, scan);
        traces
    }
}

pub(super) fn one_by_one(files: &Local, objects: &Objects, ids: &[ObjectId]) -> Sifted {
    let late = AtomicU64::new(0);
    let mut sifted = ids
        .par_chunks(OTHERS)
        .map_init(
            || (objects.reader(), Vec::new()),
            |(reader, buffer), ids| {
                let mut sifted = Sifted::default();
                for id in ids {
                    if files.is_late() {
                        late.fetch_add(1, Ordering::Relaxed);
                    } else {
                        sifted.read(objects, reader, *id, buffer);
                    }
                }
                sifted
            },
        )
        .reduce(Sifted::default, Sifted::joined);
    sifted.is_late |= late.into_inner() > 0;
    sifted
}

impl Sifted {
    fn read(&mut self, objects: &Objects, reader: &HandleArc, id: ObjectId, buffer: &mut Vec<u8>) {
        let Ok(Some(header)) = reader.try_header(&id) else { return self.corrupt.push(id) };
        if header.kind() == GitKind::Tree {
            return self.trees.push(id);
        }
        if header.size() > LARGEST {
            self.large += 1;
            return;
        }
        match reader.try_find(&id, buffer) {
            Ok(Some(data)) => {
                let kind = match data.kind {
                    GitKind::Commit => Kind::Commit,
                    GitKind::Tag => Kind::Tag,
                    GitKind::Tree => Kind::Tree,
                    GitKind::Blob => Kind::Blob,
                };
                if let Some(number) = objects.number(id.as_slice()).filter(|_| kind != Kind::Blob) {
                    self.commits.note(objects, number, kind, data.data);
                }
                self.object(id, data.kind == GitKind::Blob, data.data);
            }
            _ => self.corrupt.push(id),
        }
    }

    fn object(&mut self, id: ObjectId, is_blob: bool, content: &[u8]) {
        if let Some(text) = text::of("", content) {
            self.add(|| Some(id), is_blob, &text, scan_bytes(&text));
        }
    }

    fn add(&mut self, id: impl FnOnce() -> Option<ObjectId>, is_blob: bool, text: &[u8], scan: Scan) {
        self.objects += 1;
        self.bytes += text.len() as u64;
        self.truncated += u64::from(scan.truncated);
        if let Some(id) = (!scan.hits.is_empty()).then(id).flatten() {
            let mut locator = Locator::new(text);
            let found = scan.hits.into_iter().map(|hit| {
                let line = locator.locate(&hit.span).line;
                (hit, line)
            });
            let kept = if is_blob { &mut self.blobs } else { &mut self.messages };
            kept.insert(id, found.collect());
        }
    }

    fn joined(mut self, other: Self) -> Self {
        self.blobs.extend(other.blobs);
        self.messages.extend(other.messages);
        self.commits = self.commits.joined(other.commits);
        self.trees.extend(other.trees);
        self.corrupt.extend(other.corrupt);
        self.again.extend(other.again);
        self.large += other.large;
        self.truncated += other.truncated;
        self.objects += other.objects;
        self.bytes += other.bytes;
        self.is_late |= other.is_late;
        self
    }

    pub(super) fn misses(&self) -> Vec<Miss> {
        let mut missed = Vec::new();
        if self.is_late {
            missed.push(Miss::Timeout("the git objects were not all scanned before the deadline".to_owned()));
        }
        if let Some(first) = self.corrupt.iter().min() {
            missed.push(Miss::Malformed(format!(
                "{} git objects are corrupt, the first is {first}",
                self.corrupt.len()
            )));
        }
        if self.large > 0 {
            missed.push(Miss::Unsupported(format!("{} git objects are larger than 256 MiB", self.large)));
        }
        if self.truncated > 0 {
            let text = format!("{} git objects hold too many credentials to list", self.truncated);
            missed.push(Miss::Unsupported(text));
        }
        missed
    }
}

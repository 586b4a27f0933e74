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
        pack::{Delta, Forest, Instruction, Kind, Limits, Object, PackError, Visit, Walker},
        secrets::{Copied, Hit, Locator, Scan, Traces, scan as scan_bytes, scan_and_trace, scan_made},
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
        self.scan(object, scan_and_trace)
    }

    fn made(
        &mut self,
        object: Object<'_>,
        base: &[u8],
        memory: &Self::Memory,
        delta: Delta<'_>,
    ) -> Self::Memory {
        let Some(traces) = memory.as_ref().filter(|_| base.len() as u64 == delta.base_size) else {
            return self.whole(object);
        };
        self.scan(object, |text| match copied(delta) {
            Some(copied) => scan_made(text, traces, &copied),
            None => scan_and_trace(text),
        })
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
    fn scan(
        &mut self,
        object: Object<'_>,
        scan: impl FnOnce(&[u8]) -> (Scan, Option<Traces>),
    ) -> Option<Traces> {
        let id = self.pack.id(object.position)?;
        if self.objects.is_before(self.number, id.as_slice()) {
            return None;
        }
        self.sifted.commits.note(self.objects, id.as_slice(), object.kind, object.content);
        let text = text::of("", object.content)?;
        let (scan, traces) = match &text {
            Cow::Borrowed(text) => scan(text),
            // What is copied are other bytes than those that are scanned.
            Cow::Owned(text) => (scan_bytes(text), None),
        };
        self.sifted.add(id, object.kind == Kind::Blob, &text, scan);
        traces
    }
}

/// The pieces of the base in an object, those that follow each other as one; none if the delta is
/// malformed.
fn copied(delta: Delta<'_>) -> Option<Vec<Copied>> {
    let mut copied: Vec<Copied> = Vec::with_capacity(16);
    let mut to = 0;
    for instruction in delta.instructions() {
        match instruction? {
            Instruction::Copy { from, count } => {
                match copied.last_mut() {
                    Some(last) if last.from + last.count == from && last.to + last.count == to => {
                        last.count += count;
                    }
                    _ => copied.push(Copied { from, to, count }),
                }
                to += count;
            }
            Instruction::Insert(part) => to += part.len(),
        }
    }
    Some(copied)
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
                match data.kind {
                    GitKind::Commit => self.commits.note(objects, id.as_slice(), Kind::Commit, data.data),
                    GitKind::Tag => self.commits.note(objects, id.as_slice(), Kind::Tag, data.data),
                    GitKind::Tree | GitKind::Blob => {}
                }
                self.object(id, data.kind == GitKind::Blob, data.data);
            }
            _ => self.corrupt.push(id),
        }
    }

    fn object(&mut self, id: ObjectId, is_blob: bool, content: &[u8]) {
        if let Some(text) = text::of("", content) {
            self.add(id, is_blob, &text, scan_bytes(&text));
        }
    }

    fn add(&mut self, id: ObjectId, is_blob: bool, text: &[u8], scan: Scan) {
        self.objects += 1;
        self.bytes += text.len() as u64;
        self.truncated += u64::from(scan.truncated);
        if !scan.hits.is_empty() {
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

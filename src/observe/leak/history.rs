//! The history: every version of every file once, and every message, wherever it is kept.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use gix::{
    ObjectId,
    objs::{Find as _, Kind},
    odb::{HandleArc, Header as _},
};
use rayon::prelude::*;

use super::{
    Collector, Repository, graph,
    objects::{LARGEST, Objects},
    text,
};
use crate::{
    engine::secrets::{Hit, Locator, applies, scan as scan_bytes},
    observe::Local,
    seen::{HistoryScan, LeakPast, Miss},
};

/// Objects a thread takes at once: neighbours in the pack share their bases.
const BATCH: usize = 256;

/// A hit in an object, with its line.
pub(super) type Found = Vec<(Hit, u32)>;

/// What was found in the objects, before anybody knows their paths.
#[derive(Default)]
pub(super) struct Scanned {
    pub(super) blobs: HashMap<ObjectId, Found>,
    /// Of commits and tags.
    pub(super) messages: HashMap<ObjectId, Found>,
    corrupt: Vec<ObjectId>,
    large: u64,
}

pub(super) fn scan(
    files: &Local,
    repository: &Repository,
    collector: &mut Collector,
    missed: &mut Vec<Miss>,
) -> HistoryScan {
    let mut seen = HistoryScan::default();
    missed.extend(incomplete(repository));
    let objects = match Objects::open(repository) {
        Ok(objects) => objects,
        Err(miss) => {
            missed.push(miss);
            return seen;
        }
    };
    let scanned = objects_scanned(files, &objects, &mut seen, missed);
    let graph = graph::walk(files, repository, &objects, &scanned, missed);
    seen.commits = graph.commits;
    for (id, found) in &scanned.blobs {
        let places = graph.places.get(id).map_or(&[][..], Vec::as_slice);
        for (hit, line) in found {
            file(repository, collector, hit, *line, places);
        }
    }
    for (id, found) in &scanned.messages {
        let commit = graph.reachable.contains(id).then(|| id.to_string());
        for (hit, line) in found {
            let path = "(commit message)".to_owned();
            let past =
                LeakPast { path, line: *line, first: commit.clone(), last: commit.clone(), in_head: false };
            collector.past(hit, past);
        }
    }
    seen
}

fn file(repository: &Repository, collector: &mut Collector, hit: &Hit, line: u32, places: &[graph::Place]) {
    if places.is_empty() {
        let path = "(no path)".to_owned();
        collector.past(hit, LeakPast { path, line, first: None, last: None, in_head: false });
    }
    for place in places {
        let Some(path) = repository.inside(&place.path) else { continue };
        if applies(hit.rule, path) {
            let (first, last) = (Some(place.first.to_string()), Some(place.last.to_string()));
            collector
                .past(hit, LeakPast { path: path.to_owned(), line, first, last, in_head: place.in_head });
        }
    }
}

/// Reasons why not all of the history is in this clone.
fn incomplete(repository: &Repository) -> Vec<Miss> {
    let mut missed = Vec::new();
    if repository.git.is_shallow().unwrap_or(true) {
        let text = "the history before a shallow clone (fetch it: git fetch --unshallow)";
        missed.push(Miss::Unsupported(text.to_owned()));
    }
    missed
}

fn objects_scanned(
    files: &Local,
    objects: &Objects,
    seen: &mut HistoryScan,
    missed: &mut Vec<Miss>,
) -> Scanned {
    let (count, bytes, late) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let scanned = objects
        .ids
        .par_chunks(BATCH)
        .map_init(
            || (objects.reader(), Vec::new()),
            |(reader, buffer), ids| {
                let mut scanned = Scanned::default();
                for id in ids {
                    if files.is_late() {
                        late.fetch_add(1, Ordering::Relaxed);
                    } else if let Some(length) = object(reader, *id, buffer, &mut scanned) {
                        count.fetch_add(1, Ordering::Relaxed);
                        bytes.fetch_add(length, Ordering::Relaxed);
                    }
                }
                scanned
            },
        )
        .reduce(Scanned::default, Scanned::joined);
    (seen.objects, seen.bytes) = (count.into_inner(), bytes.into_inner());
    let late = late.into_inner();
    if late > 0 {
        let text =
            format!("{late} of {} git objects were not scanned before the deadline", objects.ids.len());
        missed.push(Miss::Timeout(text));
    }
    missed.extend(scanned.misses());
    scanned
}

/// Scans one object; its length if it held text.
fn object(reader: &HandleArc, id: ObjectId, buffer: &mut Vec<u8>, into: &mut Scanned) -> Option<u64> {
    let Ok(Some(header)) = reader.try_header(&id) else {
        into.corrupt.push(id);
        return None;
    };
    if header.kind() == Kind::Tree {
        return None;
    }
    if header.size() > LARGEST {
        into.large += 1;
        return None;
    }
    let Ok(Some(data)) = reader.try_find(&id, buffer) else {
        into.corrupt.push(id);
        return None;
    };
    let kind = data.kind;
    let text = text::of("", data.data)?;
    let scan = scan_bytes(&text);
    if !scan.hits.is_empty() {
        let mut locator = Locator::new(&text);
        let found = scan.hits.into_iter().map(|hit| {
            let line = locator.locate(&hit.span).line;
            (hit, line)
        });
        let kept = if kind == Kind::Blob { &mut into.blobs } else { &mut into.messages };
        kept.insert(id, found.collect());
    }
    Some(text.len() as u64)
}

impl Scanned {
    fn joined(mut self, other: Self) -> Self {
        self.blobs.extend(other.blobs);
        self.messages.extend(other.messages);
        self.corrupt.extend(other.corrupt);
        self.large += other.large;
        self
    }

    fn misses(&self) -> Vec<Miss> {
        let mut missed = Vec::new();
        if let Some(first) = self.corrupt.iter().min() {
            missed.push(Miss::Malformed(format!(
                "{} git objects are corrupt, the first is {first}",
                self.corrupt.len()
            )));
        }
        if self.large > 0 {
            missed.push(Miss::Unsupported(format!("{} git objects are larger than 256 MiB", self.large)));
        }
        missed
    }
}

//! The history: every version of every file once, and every message, wherever it is kept.

use std::collections::BTreeMap;

use super::{
    Collector, Repository,
    graph::{self, Held, Moment, Place},
    objects::Objects,
    sift::sift,
};
use crate::{
    engine::secrets::{Hit, applies},
    observe::Local,
    seen::{HistoryScan, LeakLoose, LeakPast, Miss},
};

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
    missed.extend(objects.missed.iter().cloned());
    let sifted = sift(files, &objects, &mut seen, missed);
    let graph = graph::trace(files, repository, &objects, &sifted, missed);
    seen.commits = graph.commits;
    let mut past = Past::default();
    for (id, found) in &sifted.blobs {
        let places = graph.places.get(id).map_or(&[][..], Vec::as_slice);
        for (hit, line) in found {
            past.blob(repository, hit, *line, places);
        }
    }
    for (id, found) in &sifted.messages {
        let (held, time) = graph.messages.get(id).copied().unwrap_or((Held::Nothing, 0));
        for (hit, line) in found {
            past.add(hit, message(id.to_string(), *line, held, time), u32::MAX, u32::MAX);
        }
    }
    past.finish(collector);
    seen
}

/// The versions of one value at one path become one stay there.
#[derive(Default)]
struct Past<'a> {
    stays: BTreeMap<Key<'a>, Stay<'a>>,
}

/// Rule, value, path, and whether a comment accepts it.
type Key<'a> = (&'a str, &'a str, String, bool);

struct Stay<'a> {
    hit: &'a Hit,
    past: LeakPast,
    first: u32,
    last: u32,
}

impl<'a> Past<'a> {
    fn blob(&mut self, repository: &Repository, hit: &'a Hit, line: u32, places: &[Place]) {
        if places.is_empty() {
            let past = LeakPast {
                path: "(no path)".to_owned(),
                line,
                loose: Some(LeakLoose::Nothing),
                ..LeakPast::default()
            };
            self.add(hit, past, u32::MAX, u32::MAX);
        }
        for place in places {
            let Some(path) = repository.inside(&place.path) else { continue };
            if applies(hit.rule, path) {
                self.add(hit, stay(place, path, line), place.first.rank, place.last.rank);
            }
        }
    }

    fn add(&mut self, hit: &'a Hit, past: LeakPast, first: u32, last: u32) {
        let key = (hit.rule.id, hit.fingerprint.as_str(), past.path.clone(), hit.accepted.is_some());
        match self.stays.entry(key) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(Stay { hit, past, first, last });
            }
            std::collections::btree_map::Entry::Occupied(mut known) => {
                known.get_mut().join(hit, past, first, last);
            }
        }
    }

    fn finish(self, collector: &mut Collector) {
        for stay in self.stays.into_values() {
            collector.past(stay.hit, stay.past);
        }
    }
}

impl<'a> Stay<'a> {
    fn join(&mut self, hit: &'a Hit, past: LeakPast, first: u32, last: u32) {
        // Ranks are those of commits that are held alike; the better hold speaks.
        if past.loose != self.past.loose {
            if past.loose < self.past.loose {
                *self = Self { hit, past, first, last };
            }
            return;
        }
        let in_head = self.past.in_head || past.in_head;
        // Branches come before tags by their names.
        let still_in = self.past.still_in.take().into_iter().chain(past.still_in.clone()).min();
        if (last, &past.last) > (self.last, &self.past.last) {
            (self.last, self.past.last, self.past.last_time) = (last, past.last.clone(), past.last_time);
            (self.past.left, self.past.left_time) = (past.left.clone(), past.left_time);
        }
        if (first, &past.first, past.line) < (self.first, &self.past.first, self.past.line) {
            (self.first, self.hit) = (first, hit);
            (self.past.first, self.past.first_time, self.past.line) =
                (past.first, past.first_time, past.line);
        }
        if in_head || still_in.is_some() {
            (self.past.left, self.past.left_time) = (None, None);
        }
        (self.past.in_head, self.past.still_in) = (in_head, still_in);
    }
}

fn stay(place: &Place, path: &str, line: u32) -> LeakPast {
    let id = |moment: &Moment| moment.id.to_string();
    LeakPast {
        path: if is_note(place) { "(git note)".to_owned() } else { path.to_owned() },
        line,
        first: Some(id(&place.first)),
        last: Some(id(&place.last)),
        first_time: Some(place.first.time),
        last_time: Some(place.last.time),
        in_head: place.in_head,
        still_in: place.still_in.clone(),
        left: place.left.as_ref().map(id),
        left_time: place.left.map(|moment| moment.time),
        loose: loose(place.held),
    }
}

/// Notes are files named after what they are about.
fn is_note(place: &Place) -> bool {
    let is_hex = |byte: u8| byte == b'/' || byte.is_ascii_hexdigit();
    place.still_in.as_ref().is_some_and(|tip| tip.starts_with("refs/notes/"))
        && place.path.bytes().all(is_hex)
        && place.path.len() >= 40
}

fn message(id: String, line: u32, held: Held, time: i64) -> LeakPast {
    let commit = (held != Held::Nothing).then_some(id);
    let time = commit.as_ref().map(|_| time).filter(|time| *time != 0);
    LeakPast {
        path: "(commit message)".to_owned(),
        line,
        first: commit.clone(),
        last: commit,
        first_time: time,
        last_time: time,
        loose: loose(held),
        ..LeakPast::default()
    }
}

fn loose(held: Held) -> Option<LeakLoose> {
    match held {
        Held::Reference => None,
        Held::Reflog => Some(LeakLoose::Reflog),
        Held::Nothing => Some(LeakLoose::Nothing),
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

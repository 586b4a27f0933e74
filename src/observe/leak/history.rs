//! The history: every version of every file once, and every message, wherever it is kept.

use super::{Collector, Repository, graph, objects::Objects, sift::sift};
use crate::{
    engine::secrets::{Hit, applies},
    observe::Local,
    seen::{HistoryScan, LeakPast, Miss},
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
    let graph = graph::walk(files, repository, &objects, &sifted, missed);
    seen.commits = graph.commits;
    for (id, found) in &sifted.blobs {
        let places = graph.places.get(id).map_or(&[][..], Vec::as_slice);
        for (hit, line) in found {
            file(repository, collector, hit, *line, places);
        }
    }
    for (id, found) in &sifted.messages {
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

//! From objects to paths and commits: which file held a version, from when to when.
//!
//! The scan notes the commits it comes by; the trees are read once more, beside their bases, and
//! only what leads to a hit is followed. No object is looked up by walking from commit to commit.

mod fall;
mod numbered;
mod order;
mod rise;
mod trees;

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
};

use gix::ObjectId;

use self::{
    fall::{Fallen, Span},
    order::History,
    rise::Risen,
    trees::{Trees, Wanted},
};
use super::{
    Repository,
    commits::Commits,
    objects::{NONE, Objects},
    references::{Tip, other_tips, tips},
    sift::Sifted,
};
use crate::{observe::Local, seen::Miss};

/// Where a version of a file was.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) first: Moment,
    pub(super) last: Moment,
    /// The commit after the last, where no reference has it now.
    pub(super) left: Option<Moment>,
    pub(super) in_head: bool,
    /// A reference whose newest commit has it.
    pub(super) still_in: Option<String>,
    pub(super) held: Held,
}

/// A commit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) id: ObjectId,
    /// Of the committer, in seconds since 1970.
    pub(super) time: i64,
    /// Among the commits of the same hold, from the oldest.
    pub(super) rank: u32,
}

/// What keeps commits from being collected.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Held {
    Reference,
    Reflog,
    Nothing,
}

#[derive(Default)]
pub(super) struct Graph {
    pub(super) places: HashMap<ObjectId, Vec<Place>>,
    /// Commits and tags with a hit in their message that something leads to.
    pub(super) messages: HashMap<ObjectId, (Held, i64)>,
    /// That references lead to.
    pub(super) commits: u64,
}

/// Finds the places of the hits, and what is missing of what references lead to.
pub(super) fn trace(
    files: &Local,
    repository: &Repository,
    objects: &Objects,
    sifted: &Sifted,
    missed: &mut Vec<Miss>,
) -> Graph {
    let commits = &sifted.commits;
    let tips = tips(repository, objects, commits, missed);
    let numbers = |tips: &[Tip]| -> Vec<u32> { tips.iter().map(|tip| tip.number).collect() };
    let mut reached = order::Reached::new(commits.len());
    let own = reached.from(commits, &numbers(&tips), &repository.shallow(objects));
    let mut graph = Graph { commits: own.len() as u64, ..Graph::default() };
    let own = History::new(commits, own, &tips);
    let others = other_tips(repository, objects, commits);
    let reflog = History::new(commits, reached.from(commits, &others, &HashSet::new()), &[]);
    let rest = History::new(commits, reached.rest(), &[]);
    graph.messages = messages(objects, sifted, &reached, [&own, &reflog, &rest]);

    let files_wanted: HashSet<u32> =
        sifted.blobs.keys().filter_map(|id| objects.number(id.as_slice())).collect();
    let wanted = Wanted { objects, files: files_wanted.iter().copied().collect(), absent: Mutex::default() };
    let trees = trees::read(files, &wanted, &sifted.trees);
    let absent = trees.absent.values().copied().filter(|number| *number != NONE);
    let risen = rise::rise(&trees, files_wanted.iter().copied().chain(absent));
    let mut open = files_wanted;
    let mut fallen = Fallen::default();
    for (history, held) in [(&own, Held::Reference), (&reflog, Held::Reflog), (&rest, Held::Nothing)] {
        // What no reference leads to says nothing about a version that one leads to.
        if !open.is_empty() || held == Held::Reference {
            let found = fall::fall(&trees, &risen.edges, history.tops(commits));
            graph.add(objects, &trees, &found, history, held, &mut open);
            if held == Held::Reference {
                fallen = found;
            }
        }
    }
    missed.extend(missing(repository, objects, commits, &own, &trees, &fallen));
    missed.extend(cut(&trees, &risen, &fallen));
    graph
}

impl Graph {
    fn add(
        &mut self,
        objects: &Objects,
        trees: &Trees,
        fallen: &Fallen,
        history: &History,
        held: Held,
        open: &mut HashSet<u32>,
    ) {
        let found: Vec<u32> =
            open.iter().copied().filter(|number| fallen.spans.contains_key(number)).collect();
        for number in found {
            open.remove(&number);
            let (Some(id), Some(spans)) = (objects.id(number), fallen.spans.get(&number)) else { continue };
            let place = |(path, span): &(u32, Span)| {
                let is_left = held == Held::Reference && !span.in_head && span.tip == NONE;
                Some(Place {
                    path: fallen.path(trees, *path),
                    first: history.moment(objects, span.first)?,
                    last: history.moment(objects, span.last)?,
                    left: history
                        .after(span.last)
                        .filter(|_| is_left)
                        .and_then(|rank| history.moment(objects, rank)),
                    in_head: span.in_head,
                    still_in: history.tip(span.tip),
                    held,
                })
            };
            let mut places: Vec<Place> = spans.iter().filter_map(place).collect();
            places.sort_by(|a, b| a.path.cmp(&b.path));
            self.places.insert(id, places);
        }
    }
}

fn messages(
    objects: &Objects,
    sifted: &Sifted,
    reached: &order::Reached,
    histories: [&History; 3],
) -> HashMap<ObjectId, (Held, i64)> {
    let mut messages = HashMap::new();
    for id in sifted.messages.keys() {
        let Some(number) = objects.number(id.as_slice()) else { continue };
        let commit = sifted.commits.find(number);
        let time = commit.and_then(|at| sifted.commits.get(at)).map_or(0, |commit| commit.time);
        let held = match commit {
            Some(at) if histories[0].has(at) => Held::Reference,
            Some(at) if histories[1].has(at) => Held::Reflog,
            None if reached.has_tag(number) => Held::Reference,
            _ => Held::Nothing,
        };
        messages.insert(*id, (held, time));
    }
    messages
}

/// Objects that references lead to and that are not here.
fn missing(
    repository: &Repository,
    objects: &Objects,
    commits: &Commits,
    own: &History,
    trees: &Trees,
    fallen: &Fallen,
) -> Option<Miss> {
    let is_partial = repository.is_partial();
    let shallow = repository.shallow(objects);
    let is_needed = |commit: u32| {
        !shallow.contains(&commit) && commits.find(commit).is_some_and(|commit| own.has(commit))
    };
    let of_commits = commits.absent.iter().filter(|(commit, _)| is_needed(*commit)).map(|(_, id)| *id);
    let is_named = |number: u32| is_partial || number == NONE || fallen.spans.contains_key(&number);
    let of_trees = trees.absent.iter().filter(|(_, number)| is_named(**number)).map(|(id, _)| *id);
    let unread = trees.unread.iter().copied();
    let absent: HashSet<ObjectId> = of_commits.chain(of_trees).chain(unread).collect();
    let (first, count) = (absent.iter().min()?, absent.len());
    Some(if is_partial {
        Miss::Unsupported(format!(
            "{count} git objects that a partial clone left out (clone without --filter)"
        ))
    } else {
        Miss::Malformed(format!("{count} git objects are missing from this clone, the first is {first}"))
    })
}

fn cut(trees: &Trees, risen: &Risen, fallen: &Fallen) -> Vec<Miss> {
    let mut missed = Vec::new();
    if trees.is_late {
        missed.push(Miss::Timeout("the trees were not all walked before the deadline".to_owned()));
    }
    if fallen.is_deep {
        missed.push(Miss::Unsupported("git trees nested deeper than 256 folders".to_owned()));
    }
    if risen.is_cut {
        missed.push(Miss::Unsupported("the paths of credentials in too many git trees".to_owned()));
    }
    missed
}

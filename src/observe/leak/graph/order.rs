//! Commits in the order of time.

use std::collections::HashSet;

use super::{
    super::{
        commits::Commits,
        objects::{NONE, Objects},
        references::Tip,
    },
    Moment, Span,
};

/// Which commits were reached already.
pub(super) struct Reached {
    commits: Vec<bool>,
    tags: HashSet<u32>,
}

impl Reached {
    pub(super) fn new(commits: usize) -> Self {
        Self { commits: vec![false; commits], tags: HashSet::new() }
    }

    /// Everything that these lead to and that was not reached before; nothing beyond the ends of a
    /// shallow clone.
    pub(super) fn from(&mut self, commits: &Commits, tips: &[u32], ends: &HashSet<u32>) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = Vec::new();
        for tip in tips {
            let number = commits.peel(*tip, |tag| {
                self.tags.insert(tag);
            });
            open.extend(commits.find(number));
        }
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut self.commits[at], true) {
                continue;
            }
            found.push(at);
            if commits.get(at).is_some_and(|commit| !ends.contains(&commit.number)) {
                let parents = commits.parents(at).iter();
                open.extend(
                    parents.filter(|parent| **parent != NONE).filter_map(|parent| commits.find(*parent)),
                );
            }
        }
        found
    }

    /// What was reached from nowhere.
    pub(super) fn rest(&self) -> Vec<usize> {
        self.commits.iter().enumerate().filter(|(_, reached)| !**reached).map(|(at, _)| at).collect()
    }

    pub(super) fn has_tag(&self, number: u32) -> bool {
        self.tags.contains(&number)
    }
}

/// Some of the commits, the oldest first: by git's corrected date, which is that of the commit, but
/// later than that of each parent.
#[derive(Default)]
pub(super) struct History {
    order: Vec<Ranked>,
    /// By place among all commits, or [`NONE`].
    ranks: Vec<u32>,
    /// By rank: the rank of the first commit that follows, or [`NONE`].
    next: Vec<u32>,
    /// Names of references, with the rank of what they name; `HEAD` is no name.
    tips: Vec<(String, u32)>,
    head: Option<u32>,
}

#[derive(Clone, Copy)]
struct Ranked {
    at: usize,
    number: u32,
    time: i64,
}

impl History {
    pub(super) fn new(commits: &Commits, found: Vec<usize>, tips: &[Tip]) -> Self {
        let mut ranks = vec![NONE; commits.len()];
        let dates = dates(commits, &found);
        let mut order: Vec<(i64, u32, Ranked)> = Vec::with_capacity(found.len());
        for at in found {
            if let Some(commit) = commits.get(at) {
                let ranked = Ranked { at, number: commit.number, time: commit.time };
                order.push((dates[at].unwrap_or(commit.time), commit.number, ranked));
            }
        }
        order.sort_unstable_by_key(|(date, number, _)| (*date, *number));
        let order: Vec<Ranked> = order.into_iter().map(|(_, _, ranked)| ranked).collect();
        for (rank, ranked) in order.iter().enumerate() {
            ranks[ranked.at] = rank as u32;
        }
        let mut next = vec![NONE; order.len()];
        for (rank, ranked) in order.iter().enumerate() {
            for parent in commits.parents(ranked.at) {
                let parent = commits.find(*parent).map_or(NONE, |at| ranks[at]);
                if let Some(next) = next.get_mut(parent as usize) {
                    *next = (*next).min(rank as u32);
                }
            }
        }
        let mut history = Self { order, ranks, next, tips: Vec::new(), head: None };
        for tip in tips {
            let rank = commits.find(commits.peel(tip.number, drop)).map(|at| history.ranks[at]);
            match (rank.filter(|rank| *rank != NONE), &tip.name) {
                (Some(rank), Some(name)) => history.tips.push((name.clone(), rank)),
                (Some(rank), None) => history.head = Some(rank),
                (None, _) => {}
            }
        }
        history
    }

    pub(super) fn has(&self, at: usize) -> bool {
        self.ranks.get(at).is_some_and(|rank| *rank != NONE)
    }

    /// The tree of each commit.
    pub(super) fn tops(&self, commits: &Commits) -> impl Iterator<Item = (u32, Span)> {
        let mut tips = vec![NONE; self.order.len()];
        for (tip, (_, rank)) in self.tips.iter().enumerate() {
            tips[*rank as usize] = tips[*rank as usize].min(tip as u32);
        }
        self.order.iter().enumerate().filter_map(move |(rank, ranked)| {
            let tree = commits.get(ranked.at).map(|commit| commit.tree).filter(|tree| *tree != NONE)?;
            let tip = tips[rank];
            let rank = rank as u32;
            Some((tree, Span { first: rank, last: rank, in_head: self.head == Some(rank), tip }))
        })
    }

    pub(super) fn moment(&self, objects: &Objects, rank: u32) -> Option<Moment> {
        let ranked = self.order.get(rank as usize)?;
        Some(Moment { id: objects.id(ranked.number)?, time: ranked.time, rank })
    }

    /// The first commit that follows this one.
    pub(super) fn after(&self, rank: u32) -> Option<u32> {
        self.next.get(rank as usize).copied().filter(|next| *next != NONE)
    }

    pub(super) fn tip(&self, tip: u32) -> Option<String> {
        self.tips.get(tip as usize).map(|(name, _)| name.clone())
    }
}

/// The corrected date of each; a commit in a circle, which only an index that lies can make, has its
/// own.
fn dates(commits: &Commits, found: &[usize]) -> Vec<Option<i64>> {
    let mut dates: Vec<Option<i64>> = vec![None; commits.len()];
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut begun = vec![false; commits.len()];
    for at in found {
        open.push((*at, false));
        while let Some((at, has_parents)) = open.pop() {
            let Some(commit) = commits.get(at).filter(|_| dates[at].is_none()) else { continue };
            let parents = commits.parents(at).iter().filter_map(|parent| commits.find(*parent));
            if has_parents {
                let latest = parents.filter_map(|parent| dates[parent]).max();
                dates[at] = Some(latest.map_or(commit.time, |date| commit.time.max(date.saturating_add(1))));
            } else if !std::mem::replace(&mut begun[at], true) {
                open.push((at, true));
                open.extend(parents.filter(|parent| !begun[*parent]).map(|parent| (parent, false)));
            }
        }
    }
    dates
}

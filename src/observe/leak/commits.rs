//! The commits that the scan came by, as numbers: what they hold and what they follow.

use gix::ObjectId;

use super::objects::{NONE, Objects};
use crate::engine::pack::{CommitHead, Kind, tag_target};

/// Every commit and tag of the object database, in no order.
#[derive(Default)]
pub(super) struct Commits {
    nodes: Vec<Commit>,
    /// Of all of them, one after the other.
    parents: Vec<u32>,
    /// A tag, and what it names.
    tags: Vec<(u32, u32)>,
    /// By number: where the commit stands, from 1.
    places: Vec<u32>,
    /// A commit, and an object it needs that is not here.
    pub(super) absent: Vec<(u32, ObjectId)>,
}

#[derive(Clone, Copy)]
pub(super) struct Commit {
    pub(super) number: u32,
    pub(super) tree: u32,
    /// Of the committer, in seconds since 1970.
    pub(super) time: i64,
    first_parent: u32,
    parents: u32,
}

impl Commits {
    /// Takes in a commit or a tag by its number; nothing else.
    pub(super) fn note(&mut self, objects: &Objects, number: u32, kind: Kind, content: &[u8]) {
        match kind {
            Kind::Commit => {
                let Some(head) = CommitHead::parse(content, objects.id_len) else { return };
                let tree = self.link(objects, number, &head.tree);
                let first_parent = self.parents.len() as u32;
                for parent in &head.parents {
                    let parent = self.link(objects, number, parent);
                    self.parents.push(parent);
                }
                let parents = head.parents.len() as u32;
                self.nodes.push(Commit { number, tree, time: head.time, first_parent, parents });
            }
            Kind::Tag => {
                let target = tag_target(content, objects.id_len).and_then(|id| objects.number(&id));
                self.tags.extend(target.map(|target| (number, target)));
            }
            Kind::Tree | Kind::Blob => {}
        }
    }

    fn link(&mut self, objects: &Objects, from: u32, id: &[u8]) -> u32 {
        objects.number(id).unwrap_or_else(|| {
            let id = ObjectId::try_from(id).ok().filter(|id| !id.is_empty_tree());
            self.absent.extend(id.map(|id| (from, id)));
            NONE
        })
    }

    pub(super) fn joined(mut self, other: Self) -> Self {
        let shift = self.parents.len() as u32;
        self.nodes.extend(
            other.nodes.into_iter().map(|node| Commit { first_parent: node.first_parent + shift, ..node }),
        );
        self.parents.extend(other.parents);
        self.tags.extend(other.tags);
        self.absent.extend(other.absent);
        self
    }

    /// For look-ups by number.
    pub(super) fn sort(&mut self) {
        self.nodes.sort_unstable_by_key(|node| node.number);
        self.nodes.dedup_by_key(|node| node.number);
        self.tags.sort_unstable();
        self.places = vec![0; self.nodes.last().map_or(0, |last| last.number as usize + 1)];
        for (place, node) in (1..).zip(&self.nodes) {
            self.places[node.number as usize] = place;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Commit> {
        self.nodes.get(index)
    }

    /// Where the commit of this number stands.
    pub(super) fn find(&self, number: u32) -> Option<usize> {
        let place = self.places.get(number as usize)?.checked_sub(1)?;
        Some(place as usize)
    }

    pub(super) fn parents(&self, index: usize) -> &[u32] {
        let Some(node) = self.nodes.get(index) else { return &[] };
        let start = node.first_parent as usize;
        self.parents.get(start..start + node.parents as usize).unwrap_or_default()
    }

    /// What a tag names, through tags of tags; and the tags on the way. Anything else is itself.
    pub(super) fn peel(&self, mut number: u32, mut on_the_way: impl FnMut(u32)) -> u32 {
        for _ in 0..32 {
            let Ok(at) = self.tags.binary_search_by_key(&number, |(tag, _)| *tag) else { break };
            on_the_way(number);
            number = self.tags[at].1;
        }
        number
    }
}

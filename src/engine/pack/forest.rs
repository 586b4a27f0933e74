//! The objects of a pack as trees: each delta hangs from the object it was made from.

use super::{Entry, Index, Kind, PackError};

/// One object. Twenty-eight bytes, because a large pack has ten million.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    pub offset: u64,
    /// Size of the inflated data (of the delta, where it is one).
    pub size: u64,
    /// Position in the index.
    pub position: u32,
    /// Compressed data begins so many bytes after `offset`.
    pub header: u8,
    /// Its kind, taken over from the base it leads to.
    pub kind: Option<Kind>,
}

/// All objects of a pack in the order of their offsets.
#[derive(Debug)]
pub struct Forest {
    pub nodes: Vec<Node>,
    /// Objects that are stored whole, in the order of their offsets.
    pub roots: Vec<u32>,
    /// Deltas whose base is not in this pack: the id it needs, and the node.
    pub outside: Vec<(Vec<u8>, u32)>,
    /// Objects that cannot be read at all.
    pub broken: Vec<PackError>,
    first_child: Vec<u32>,
    children: Vec<u32>,
}

const NONE: u32 = u32::MAX;

/// The place of an offset before a place: bases stand near, so one goes back in growing steps.
fn rank(by_offset: &[(u64, u32)], before: usize, offset: u64) -> Option<usize> {
    let (mut low, mut step) = (before, 1);
    while low > 0 && by_offset[low].0 > offset {
        low = low.saturating_sub(step);
        step *= 4;
    }
    let found = by_offset[low..=before].binary_search_by_key(&offset, |(offset, _)| *offset);
    found.ok().map(|at| low + at)
}

impl Forest {
    /// Reads every header once. A damaged object costs itself and what hangs from it, nothing more.
    pub fn build(pack: &[u8], index: &Index) -> Result<Self, PackError> {
        let versions = [b"PACK\0\0\0\x02", b"PACK\0\0\0\x03"];
        if !versions.iter().any(|magic| pack.starts_with(*magic)) {
            return Err(PackError::NotAPack);
        }
        let mut by_offset: Vec<(u64, u32)> = (0..index.len())
            .filter_map(|position| Some((index.offset(position)?, position as u32)))
            .collect();
        by_offset.sort_unstable();
        by_offset.dedup_by_key(|(offset, _)| *offset);
        let mut rank_of_position = vec![NONE; index.len()];
        for (rank, (_, position)) in by_offset.iter().enumerate() {
            rank_of_position[*position as usize] = rank as u32;
        }

        let mut forest = Self {
            nodes: Vec::with_capacity(by_offset.len()),
            roots: Vec::new(),
            outside: Vec::new(),
            broken: Vec::new(),
            first_child: Vec::new(),
            children: Vec::new(),
        };
        let mut parents = Vec::with_capacity(by_offset.len());
        for (offset, position) in by_offset.iter().copied() {
            let me = forest.nodes.len() as u32;
            let mut node = Node { offset, size: 0, position, header: 0, kind: None };
            let mut parent = NONE;
            match Entry::parse(pack, offset, index.id_len) {
                Ok((entry, size, data)) => {
                    node.size = size;
                    node.header = u8::try_from(data as u64 - offset).unwrap_or(u8::MAX);
                    match entry {
                        Entry::Whole { kind } => {
                            node.kind = Some(kind);
                            forest.roots.push(me);
                        }
                        Entry::OffsetDelta { base } => match rank(&by_offset, me as usize, base) {
                            Some(base) => parent = base as u32,
                            None => forest.broken.push(PackError::BaseMissing(offset)),
                        },
                        Entry::RefDelta { base } => match index.find(&base) {
                            Some(position) => parent = rank_of_position[position],
                            None => forest.outside.push((base, me)),
                        },
                    }
                }
                Err(err) => forest.broken.push(err),
            }
            forest.nodes.push(node);
            parents.push(parent);
        }
        forest.connect(&parents);
        Ok(forest)
    }

    pub fn children(&self, node: u32) -> &[u32] {
        let at = |index: u32| self.first_child.get(index as usize).map_or(0, |start| *start as usize);
        self.children.get(at(node)..at(node + 1)).unwrap_or_default()
    }

    /// The node and everything made from it.
    pub fn below(&self, node: u32) -> Vec<u32> {
        let mut found = vec![node];
        let mut next = 0;
        while let Some(node) = found.get(next).copied() {
            found.extend(self.children(node));
            next += 1;
        }
        found
    }

    /// Nodes that no walk from a root reaches: their base is elsewhere, damaged, or made from them.
    pub fn unrooted(&self) -> Vec<u32> {
        let mut reached = vec![false; self.nodes.len()];
        let mut open = self.roots.clone();
        while let Some(node) = open.pop() {
            if let Some(reached) = reached.get_mut(node as usize).filter(|reached| !**reached) {
                *reached = true;
                open.extend(self.children(node));
            }
        }
        (0..self.nodes.len() as u32).filter(|node| !reached[*node as usize]).collect()
    }

    /// Lists the children of each node side by side, so that a walk runs through memory in order.
    fn connect(&mut self, parents: &[u32]) {
        let mut counts = vec![0_u32; self.nodes.len() + 1];
        for parent in parents.iter().filter(|parent| **parent != NONE) {
            counts[*parent as usize + 1] += 1;
        }
        for index in 1..counts.len() {
            counts[index] += counts[index - 1];
        }
        let mut next = counts.clone();
        self.children = vec![0; counts.last().map_or(0, |count| *count as usize)];
        for (child, parent) in parents.iter().enumerate().filter(|(_, parent)| **parent != NONE) {
            let slot = &mut next[*parent as usize];
            self.children[*slot as usize] = child as u32;
            *slot += 1;
        }
        self.first_child = counts;
    }
}

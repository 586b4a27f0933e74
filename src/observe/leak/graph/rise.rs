//! From what is looked for up to the trees above it, and no other.

use super::{super::objects::NONE, numbered::Numbers, trees::Trees};

/// Entries that lead down to what is looked for are not followed beyond this number: a hostile
/// repository can have many more of them than objects.
const MOST: usize = 8 << 20;

/// The trees that lead to what is looked for.
pub(super) struct Risen {
    /// Number of a tree, and an entry in it that leads on; sorted.
    pub(super) edges: Vec<(u32, u32)>,
    /// Were there too many?
    pub(super) is_cut: bool,
}

pub(super) fn rise(trees: &Trees, wanted: impl Iterator<Item = u32>) -> Risen {
    let by_child = grouped(trees.entries.iter().map(|entry| entry.child));
    let by_base =
        grouped(trees.stored.iter().enumerate().map(|(tree, _)| trees.base(tree as u32).unwrap_or(NONE)));
    let mut open: Vec<u32> = wanted.collect();
    let mut seen: Numbers = open.iter().copied().collect();
    let mut risen = Risen { edges: Vec::new(), is_cut: false };
    let mut below = Vec::new();
    while let Some(child) = open.pop() {
        for (_, entry) in of(&by_child, child) {
            below.push(trees.entries[*entry as usize].tree);
            // The tree that has it anew, and those made from that one as long as they keep it.
            while let Some(tree) = below.pop() {
                if risen.edges.len() >= MOST {
                    risen.is_cut = true;
                    below.clear();
                    break;
                }
                let number = trees.stored[tree as usize].number;
                risen.edges.push((number, *entry));
                if number != NONE && seen.insert(number) {
                    open.push(number);
                }
                let made = of(&by_base, tree).iter().map(|(_, made)| *made);
                below.extend(made.filter(|made| !trees.lacks(*made, *entry)));
            }
        }
    }
    risen.edges.sort_unstable();
    risen.edges.dedup();
    risen
}

/// Pairs of a key and its place, by key.
fn grouped(keys: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> =
        keys.enumerate().filter(|(_, key)| *key != NONE).map(|(at, key)| (key, at as u32)).collect();
    pairs.sort_unstable();
    pairs
}

/// The pairs of one key.
pub(super) fn of(pairs: &[(u32, u32)], key: u32) -> &[(u32, u32)] {
    let first = pairs.partition_point(|(other, _)| *other < key);
    let rest = &pairs[first..];
    &rest[..rest.partition_point(|(other, _)| *other == key)]
}

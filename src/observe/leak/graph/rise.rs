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
    let by_child = Grouped::new(trees.entries.iter().map(|entry| entry.child));
    let by_base = Grouped::new((0..trees.stored.len() as u32).map(|tree| trees.base(tree).unwrap_or(NONE)));
    let mut open: Vec<u32> = wanted.collect();
    let mut seen: Numbers = open.iter().copied().collect();
    let mut risen = Risen { edges: Vec::new(), is_cut: false };
    let mut below = Vec::new();
    while let Some(child) = open.pop() {
        for entry in by_child.of(child) {
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
                let made = by_base.of(tree).iter().copied();
                below.extend(made.filter(|made| !trees.lacks(*made, *entry)));
            }
        }
    }
    risen.edges.sort_unstable();
    risen.edges.dedup();
    risen
}

/// Places by their keys, those of one key side by side.
struct Grouped {
    first: Vec<u32>,
    places: Vec<u32>,
}

impl Grouped {
    fn new(keys: impl Iterator<Item = u32> + Clone) -> Self {
        let keys = keys.enumerate().filter(|(_, key)| *key != NONE);
        let count = keys.clone().map(|(_, key)| key as usize + 1).max().unwrap_or(0);
        let mut first = vec![0_u32; count + 1];
        for (_, key) in keys.clone() {
            first[key as usize + 1] += 1;
        }
        for key in 1..first.len() {
            first[key] += first[key - 1];
        }
        let mut places = vec![0; first.last().map_or(0, |end| *end as usize)];
        let mut next = first.clone();
        for (place, key) in keys {
            let slot = &mut next[key as usize];
            places[*slot as usize] = place as u32;
            *slot += 1;
        }
        Self { first, places }
    }

    fn of(&self, key: u32) -> &[u32] {
        let at = |index: usize| self.first.get(index).map(|place| *place as usize);
        match (at(key as usize), at(key as usize + 1)) {
            (Some(start), Some(end)) => self.places.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }
}

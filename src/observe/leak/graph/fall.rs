//! From commits down to what is looked for: every path, and from when to when.

use super::{numbered::Numbered, rise, trees::Trees};

/// Folders in folders that are followed.
const DEEPEST: u32 = 256;
/// Paths kept of one object: a hostile tree can name one a billion times.
const MOST: usize = 200;

/// When something was there: ranks of commits, the oldest first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) in_head: bool,
    /// Rank among the tips of references, of the first that has it; or the largest number.
    pub(super) tip: u32,
}

impl Span {
    fn join(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.in_head |= other.in_head;
        self.tip = self.tip.min(other.tip);
    }
}

/// The spans of objects by their paths.
#[derive(Default)]
pub(super) struct Fallen {
    pub(super) spans: Numbered<Vec<(u32, Span)>>,
    paths: Paths,
    pub(super) is_deep: bool,
}

/// Paths as a name below another path; 0 is the top.
#[derive(Default)]
struct Paths {
    numbers: Numbered<u32, (u32, u32)>,
    /// Path above, name, depth.
    paths: Vec<(u32, u32, u32)>,
}

impl Paths {
    fn below(&mut self, path: u32, name: u32) -> Option<u32> {
        if let Some(known) = self.numbers.get(&(path, name)) {
            return Some(*known);
        }
        let depth = self.depth(path) + 1;
        if depth > DEEPEST {
            return None;
        }
        self.paths.push((path, name, depth));
        let number = self.paths.len() as u32;
        self.numbers.insert((path, name), number);
        Some(number)
    }

    fn depth(&self, path: u32) -> u32 {
        self.get(path).map_or(0, |(_, _, depth)| depth)
    }

    fn get(&self, path: u32) -> Option<(u32, u32, u32)> {
        self.paths.get((path as usize).checked_sub(1)?).copied()
    }
}

impl Fallen {
    /// The path in words; invalid UTF-8 is replaced.
    pub(super) fn path(&self, trees: &Trees, mut path: u32) -> String {
        let mut names = Vec::new();
        while let Some((above, name, _)) = self.paths.get(path) {
            names.push(String::from_utf8_lossy(trees.names.get(name)).into_owned());
            path = above;
        }
        names.reverse();
        names.join("/")
    }
}

/// Hands the spans of `tops` (trees of commits, by number) down along the edges. A tree is done when
/// all trees above it are; trees in a circle, which only an index that lies can make, never are.
pub(super) fn fall(trees: &Trees, edges: &[(u32, u32)], tops: impl Iterator<Item = (u32, Span)>) -> Fallen {
    let mut fallen = Fallen::default();
    let mut above: Numbered<u32> = Numbered::default();
    for (number, entry) in edges {
        above.entry(*number).or_default();
        *above.entry(trees.entries[*entry as usize].child).or_default() += 1;
    }
    for (top, span) in tops {
        if above.contains_key(&top) {
            join(fallen.spans.entry(top).or_default(), 0, span);
        }
    }
    let mut ready: Vec<u32> =
        above.iter().filter(|(_, count)| **count == 0).map(|(number, _)| *number).collect();
    ready.sort_unstable();
    while let Some(tree) = ready.pop() {
        let down = rise::of(edges, tree);
        // Of what is looked for itself the spans stay.
        let spans = if down.is_empty() { None } else { fallen.spans.remove(&tree) };
        for (_, entry) in down {
            let entry = trees.entries[*entry as usize];
            for (path, span) in spans.iter().flatten() {
                match fallen.paths.below(*path, entry.name) {
                    Some(path) => join(fallen.spans.entry(entry.child).or_default(), path, *span),
                    None => fallen.is_deep = true,
                }
            }
            if let Some(count) = above.get_mut(&entry.child) {
                *count -= 1;
                if *count == 0 {
                    ready.push(entry.child);
                }
            }
        }
    }
    fallen
}

fn join(spans: &mut Vec<(u32, Span)>, path: u32, span: Span) {
    let is_full = spans.len() >= MOST;
    match spans.iter_mut().find(|(known, _)| *known == path) {
        Some((_, known)) => known.join(span),
        None if is_full => {}
        None => spans.push((path, span)),
    }
}

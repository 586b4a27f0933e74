//! From commits down to what is looked for: every path, and from when to when.

use std::ops::Range;

use super::{super::objects::NONE, numbered::Numbered, trees::Trees};

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

/// A tree on the way, or what is looked for.
#[derive(Default)]
struct Node {
    number: u32,
    /// Its own, among all of them.
    edges: Range<usize>,
    /// Trees above it that are not done.
    above: u32,
    spans: Vec<(u32, Span)>,
}

/// Hands the spans of `tops` (trees of commits, by number) down along the edges. A tree is done when
/// all trees above it are; trees in a circle, which only an index that lies can make, never are.
pub(super) fn fall(trees: &Trees, edges: &[(u32, u32)], tops: impl Iterator<Item = (u32, Span)>) -> Fallen {
    let child = |entry: u32| trees.entries[entry as usize].child;
    let (mut nodes, places) = nodes(edges, child);
    for (top, span) in tops {
        if let Some(place) = place_of(&places, top) {
            join(&mut nodes[place].spans, 0, span);
        }
    }
    let mut fallen = Fallen::default();
    let mut ready: Vec<usize> = (0..nodes.len()).filter(|place| nodes[*place].above == 0).collect();
    ready.sort_unstable_by_key(|place| nodes[*place].number);
    while let Some(place) = ready.pop() {
        let down = nodes[place].edges.clone();
        if down.is_empty() {
            // Of what is looked for itself the spans stay.
            continue;
        }
        let spans = std::mem::take(&mut nodes[place].spans);
        for (_, entry) in &edges[down] {
            let name = trees.entries[*entry as usize].name;
            let Some(below) = place_of(&places, child(*entry)) else { continue };
            for (path, span) in &spans {
                match fallen.paths.below(*path, name) {
                    Some(path) => join(&mut nodes[below].spans, path, *span),
                    None => fallen.is_deep = true,
                }
            }
            nodes[below].above -= 1;
            if nodes[below].above == 0 {
                ready.push(below);
            }
        }
    }
    let reached = nodes.into_iter().filter(|node| !node.spans.is_empty());
    fallen.spans = reached.map(|node| (node.number, node.spans)).collect();
    fallen
}

/// Everything that edges begin at or lead to, and by number where it stands.
fn nodes(edges: &[(u32, u32)], child: impl Fn(u32) -> u32) -> (Vec<Node>, Vec<u32>) {
    let numbers =
        edges.iter().flat_map(|(number, entry)| [*number, child(*entry)]).filter(|number| *number != NONE);
    let mut places = vec![NONE; numbers.max().map_or(0, |last| last as usize + 1)];
    let mut nodes: Vec<Node> = Vec::new();
    let mut node = |number: u32, edge: Option<usize>| {
        let Some(place) = places.get_mut(number as usize) else { return };
        if *place == NONE {
            *place = nodes.len() as u32;
            nodes.push(Node { number, ..Node::default() });
        }
        let node = &mut nodes[*place as usize];
        match edge {
            // The edges are sorted: those of one tree stand side by side.
            Some(edge) if node.edges.is_empty() => node.edges = edge..edge + 1,
            Some(edge) => node.edges.end = edge + 1,
            None => node.above += 1,
        }
    };
    for (edge, (number, entry)) in edges.iter().enumerate() {
        node(*number, Some(edge));
        node(child(*entry), None);
    }
    (nodes, places)
}

fn place_of(places: &[u32], number: u32) -> Option<usize> {
    places.get(number as usize).filter(|place| **place != NONE).map(|place| *place as usize)
}

fn join(spans: &mut Vec<(u32, Span)>, path: u32, span: Span) {
    let is_full = spans.len() >= MOST;
    match spans.iter_mut().find(|(known, _)| *known == path) {
        Some((_, known)) => known.join(span),
        None if is_full => {}
        None => spans.push((path, span)),
    }
}

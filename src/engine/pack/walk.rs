//! Walks a forest from each base to all that was made from it, keeping one buffer a level.

use super::{Copied, Delta, Forest, Kind, PackError, entry::inflate};

/// One object, whole.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    pub kind: Kind,
    /// Position in the pack's index.
    pub position: u32,
    pub content: &'a [u8],
}

/// Looks at objects. What it returns for one is handed to it with each object made from that one.
pub trait Visit {
    type Memory;

    /// An object that is stored whole, or the base of a delta from elsewhere.
    fn whole(&mut self, object: Object<'_>) -> Self::Memory;

    /// An object with these pieces of another, of which the visitor remembers `memory`.
    fn made(&mut self, object: Object<'_>, memory: &Self::Memory, copied: &[Copied]) -> Self::Memory;

    /// A node that this walk cannot expand, and with it nothing made from it.
    fn broken(&mut self, node: u32, error: PackError);

    /// Asked between objects: give up?
    fn is_over(&mut self) -> bool;
}

/// Bounds of a walk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Objects beyond this many bytes are reported as broken, not expanded.
    pub object: u64,
    /// Longest chain of deltas. Git itself makes none beyond 4 095.
    pub depth: usize,
    /// Bytes of all objects of a chain that are held at once. What does not fit beside its bases is
    /// reported as broken; a single object always fits.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { object: 512 << 20, depth: 4_096, memory: 512 << 20 }
    }
}

/// One level of the chain that is being walked.
struct Level<M> {
    node: u32,
    /// How many of its children were visited.
    visited: usize,
    /// Of its content, as long as that is held.
    held: usize,
    memory: M,
}

/// A buffer beyond this is given back as soon as nobody needs it.
const LARGE: usize = 256 << 10;
/// Buffers kept from one root to the next.
const KEPT: usize = 64;
/// Pieces that room is kept for.
const PIECES: usize = 16 << 10;

/// Visits a root and everything made from it, depth first.
pub fn walk<V: Visit>(pack: &[u8], forest: &Forest, root: u32, limits: Limits, visitor: &mut V) {
    Walker::default().walk(pack, forest, root, limits, visitor);
}

/// A walker that keeps its buffers from one root to the next.
#[derive(Debug, Default)]
pub struct Walker {
    /// The content of each level, reused from one branch to the next.
    contents: Vec<Vec<u8>>,
    delta: Vec<u8>,
    copied: Vec<Copied>,
}

impl Walker {
    /// See [`walk`].
    pub fn walk<V: Visit>(
        &mut self,
        pack: &[u8],
        forest: &Forest,
        root: u32,
        limits: Limits,
        visitor: &mut V,
    ) {
        let (mut contents, delta) = (std::mem::take(&mut self.contents), std::mem::take(&mut self.delta));
        let copied = std::mem::take(&mut self.copied);
        if contents.is_empty() {
            contents.push(Vec::new());
        }
        let mut walk = Walk { pack, forest, limits, contents, delta, copied, held: 0 };
        walk.run(root, visitor);
        walk.contents.truncate(KEPT);
        walk.contents.iter_mut().chain([&mut walk.delta]).for_each(give_back);
        (self.contents, self.delta) = (walk.contents, walk.delta);
        // A delta of a hundred megabytes has as many pieces; few have a hundred.
        self.copied = walk.copied;
        self.copied.shrink_to(PIECES);
    }
}

fn give_back(buffer: &mut Vec<u8>) {
    if buffer.capacity() > LARGE {
        *buffer = Vec::new();
    }
}

struct Walk<'a> {
    pack: &'a [u8],
    forest: &'a Forest,
    limits: Limits,
    contents: Vec<Vec<u8>>,
    delta: Vec<u8>,
    /// What the newest object has of its base.
    copied: Vec<Copied>,
    held: usize,
}

impl<'a> Walk<'a> {
    fn run<V: Visit>(&mut self, root: u32, visitor: &mut V) {
        let forest = self.forest;
        let Some(node) = forest.nodes.get(root as usize) else { return };
        let Some(kind) = node.kind else { return };
        if let Err(err) = self.expand_whole(root) {
            return visitor.broken(root, err);
        }
        let content = &self.contents[0];
        self.held = content.len();
        let memory = visitor.whole(Object { kind, position: node.position, content });
        let mut levels = vec![Level { node: root, visited: 0, held: self.held, memory }];
        while let Some(level) = levels.last_mut() {
            let held = level.held;
            let children = forest.children(level.node);
            let Some(child) = children.get(level.visited).copied() else {
                self.release(levels.len() - 1, held);
                levels.pop();
                continue;
            };
            level.visited += 1;
            if visitor.is_over() {
                return;
            }
            let is_last = level.visited == children.len();
            let depth = levels.len();
            if let Err(err) = self.expand_child(child, depth) {
                visitor.broken(child, err);
                continue;
            }
            let content = &self.contents[depth];
            let object = Object { kind, position: forest.nodes[child as usize].position, content };
            let memory = visitor.made(object, &levels[depth - 1].memory, &self.copied);
            let held = content.len();
            self.held += held;
            if is_last {
                // A long chain of large objects needs two of them, not all.
                self.release(depth - 1, std::mem::take(&mut levels[depth - 1].held));
            }
            levels.push(Level { node: child, visited: 0, held, memory });
        }
    }

    fn release(&mut self, depth: usize, held: usize) {
        self.held -= held;
        give_back(&mut self.contents[depth]);
    }

    fn expand_whole(&mut self, node: u32) -> Result<(), PackError> {
        let (data, size, offset) = self.stored(node)?;
        inflate(data, size, offset, &mut self.contents[0])
    }

    fn expand_child(&mut self, node: u32, depth: usize) -> Result<(), PackError> {
        let (data, size, offset) = self.stored(node)?;
        if depth > self.limits.depth {
            return Err(PackError::BadDelta(offset));
        }
        inflate(data, size, offset, &mut self.delta)?;
        let delta = Delta::parse(&self.delta).ok_or(PackError::BadDelta(offset))?;
        let is_too_much = delta.result_size > (self.limits.memory.saturating_sub(self.held)) as u64;
        if delta.result_size > self.limits.object || is_too_much {
            return Err(PackError::TooLarge(offset, delta.result_size));
        }
        if self.contents.len() <= depth {
            self.contents.push(Vec::new());
        }
        let (bases, made) = self.contents.split_at_mut(depth);
        let is_made = delta.apply(&bases[depth - 1], &mut made[0], &mut self.copied);
        if is_made { Ok(()) } else { Err(PackError::BadDelta(offset)) }
    }

    /// The compressed data of a node and the size it must inflate to.
    fn stored(&self, node: u32) -> Result<(&'a [u8], usize, u64), PackError> {
        let node = &self.forest.nodes[node as usize];
        if node.size > self.limits.object {
            return Err(PackError::TooLarge(node.offset, node.size));
        }
        let start = node.offset as usize + usize::from(node.header);
        let data = self.pack.get(start..).ok_or(PackError::Short("an object"))?;
        // DEFLATE makes at most 1032 bytes of one: a larger promise is a lie told to fill memory.
        if node.size > (data.len() as u64).saturating_mul(1_032) {
            return Err(PackError::Damaged(node.offset));
        }
        Ok((data, node.size as usize, node.offset))
    }
}

//! Which tree holds which: every tree of every pack is inflated once, and beside the tree it was made
//! from only its new entries are read. What is kept of a tree is how it differs from that one.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use gix::{ObjectId, objs::Find as _};

use super::{
    super::objects::{LARGEST, NONE, Objects, Pack},
    numbered::Numbers,
};
use crate::{
    engine::pack::{Copied, Forest, Kind, Limits, Object, Outline, PackError, TreeEntry, Visit, Walker},
    observe::Local,
};

/// Roots a thread takes at once.
const ROOTS: usize = 32;
/// Missing objects that are followed to the commits that need them.
const MOST_ABSENT: usize = 10_000;

/// An entry where it is new: a folder, or a file that is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The number of what it names.
    pub(super) child: u32,
    pub(super) name: u32,
    /// The tree that has it anew.
    pub(super) tree: u32,
}

/// One tree, as stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tree {
    pub(super) number: u32,
    /// The tree that it was made from, or [`NONE`].
    base: u32,
    /// Where its lists begin.
    entries: u32,
    gone: u32,
}

/// All trees, each with the entries it has more than its base and those it lacks.
#[derive(Default)]
pub(super) struct Trees {
    pub(super) stored: Vec<Tree>,
    pub(super) entries: Vec<Entry>,
    gone: Vec<u32>,
    pub(super) names: Names,
    /// Objects that some tree names and that are not here; the number that stands for each of them.
    pub(super) absent: HashMap<ObjectId, u32>,
    /// Trees that cannot be read.
    pub(super) unread: Vec<ObjectId>,
    recent: Recent,
    pub(super) is_late: bool,
}

/// Files that were met not long ago, are here and are not looked for, by the beginning of their ids:
/// most entries are met again in another branch of the same tree.
#[derive(Default)]
struct Recent {
    ids: Vec<[u8; 16]>,
}

impl Recent {
    const SLOTS: usize = 1 << 14;

    /// True if it was in; it is now.
    fn has(&mut self, id: &[u8]) -> bool {
        self.ids.resize(Self::SLOTS, [0; 16]);
        let Some((beginning, place)) = id.first_chunk::<16>().zip(id.first_chunk::<2>()) else {
            return false;
        };
        let slot = &mut self.ids[usize::from(u16::from_le_bytes(*place)) % Self::SLOTS];
        // An empty slot is no file, not even one whose id is nothing but zeros.
        std::mem::replace(slot, *beginning) == *beginning && *beginning != [0; 16]
    }

    /// What is looked for is noted each time.
    fn forget(&mut self, id: &[u8]) {
        if let Some(place) = id.first_chunk::<2>() {
            self.ids[usize::from(u16::from_le_bytes(*place)) % Self::SLOTS] = [0; 16];
        }
    }
}

/// Names of files and folders, each once.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<Box<[u8]>, u32>,
    names: Vec<Box<[u8]>>,
}

impl Names {
    fn number(&mut self, name: &[u8]) -> u32 {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        let number = self.names.len() as u32;
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    pub(super) fn get(&self, number: u32) -> &[u8] {
        self.names.get(number as usize).map_or(b"", |name| name)
    }
}

/// What is looked for.
pub(super) struct Wanted<'a> {
    pub(super) objects: &'a Objects,
    /// Numbers of files.
    pub(super) files: Numbers,
    /// Objects that are not here get numbers from the end of the others.
    pub(super) absent: Mutex<HashMap<ObjectId, u32>>,
}

impl Wanted<'_> {
    /// The number of an entry that is to be followed.
    fn number(&self, entry: TreeEntry<'_>) -> Option<u32> {
        if entry.is_commit() {
            return None;
        }
        if let Some(number) = self.objects.number_by_head(entry.id) {
            return (entry.is_tree() || self.files.contains(&number)).then_some(number);
        }
        let id = ObjectId::try_from(entry.id).ok().filter(|id| !id.is_empty_tree())?;
        let mut absent = self.absent.lock().ok()?;
        let next = self.objects.count().checked_add(absent.len() as u32)?;
        if absent.len() >= MOST_ABSENT {
            // Counted, but not followed.
            absent.entry(id).or_insert(NONE);
            return None;
        }
        Some(*absent.entry(id).or_insert(next)).filter(|number| *number != NONE)
    }
}

/// Reads all trees: those of the packs as stored, the others through gix.
pub(super) fn read(files: &Local, wanted: &Wanted<'_>, others: &[ObjectId]) -> Trees {
    let mut all = Trees::default();
    let mut again = others.to_vec();
    for pack in &wanted.objects.packs {
        // A pack that has no forest was said to be damaged by the scan.
        let Ok(forest) = pack.forest() else { continue };
        for part in by_threads(files, wanted, pack, forest, &mut again) {
            all.add(part);
        }
    }
    let reader = wanted.objects.reader();
    let mut buffer = Vec::new();
    for id in again {
        if files.is_late() {
            all.is_late = true;
            break;
        }
        match reader.try_find(&id, &mut buffer) {
            Ok(Some(data)) if data.kind == gix::objs::Kind::Tree => {
                let number = wanted.objects.number(id.as_slice()).unwrap_or(NONE);
                if all.whole(wanted, number, data.data, id.as_slice().len()).is_none() {
                    all.unread.push(id);
                }
            }
            Ok(Some(_)) => {}
            _ => all.unread.push(id),
        }
    }
    all.absent = std::mem::take(&mut *match wanted.absent.lock() {
        Ok(absent) => absent,
        Err(poisoned) => poisoned.into_inner(),
    });
    all
}

fn by_threads(
    files: &Local,
    wanted: &Wanted<'_>,
    pack: &Pack,
    forest: &Forest,
    again: &mut Vec<ObjectId>,
) -> Vec<Trees> {
    let is_tree = |root: &u32| forest.nodes[*root as usize].kind == Some(Kind::Tree);
    let roots: Vec<u32> = forest.roots.iter().copied().filter(is_tree).collect();
    let limits = Limits { object: LARGEST, memory: LARGEST as usize, ..Limits::default() };
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(|_| {
                let mut reader =
                    Reader { files, wanted, pack, forest, trees: Trees::default(), broken: vec![] };
                let mut walker = Walker::default();
                loop {
                    let first = next.fetch_add(ROOTS, Ordering::Relaxed);
                    let Some(part) = roots.get(first..).filter(|rest| !rest.is_empty()) else { break };
                    for root in part.iter().take(ROOTS) {
                        if !reader.is_over() {
                            walker.walk(pack.bytes(), forest, *root, limits, &mut reader);
                        }
                    }
                }
                if let Ok(mut done) = done.lock() {
                    done.push((reader.trees, reader.broken));
                }
            });
        }
    });
    let mut parts = Vec::new();
    for (trees, broken) in done.into_inner().unwrap_or_default() {
        again.extend(broken);
        parts.push(trees);
    }
    parts
}

/// Reads the trees of one thread's share.
struct Reader<'a> {
    files: &'a Local,
    wanted: &'a Wanted<'a>,
    pack: &'a Pack,
    forest: &'a Forest,
    trees: Trees,
    /// Trees that this walk cannot expand.
    broken: Vec<ObjectId>,
}

impl Visit for Reader<'_> {
    /// Nothing of a tree that is malformed.
    type Memory = Option<(u32, Outline)>;

    fn whole(&mut self, object: Object<'_>) -> Self::Memory {
        let number = self.number(object.position);
        let read = self.trees.whole(self.wanted, number, object.content, self.pack.index.id_len);
        if read.is_none() {
            self.trees.unread.extend(self.pack.id(object.position));
        }
        read
    }

    fn made(&mut self, object: Object<'_>, memory: &Self::Memory, copied: &[Copied]) -> Self::Memory {
        let number = self.number(object.position);
        let id_len = self.pack.index.id_len;
        let made = memory.as_ref().and_then(|(base, outline)| {
            self.trees.made(self.wanted, number, (*base, outline), object.content, copied, id_len)
        });
        made.or_else(|| self.whole(object))
    }

    fn broken(&mut self, node: u32, _error: PackError) {
        let ids = self.forest.below(node).into_iter();
        let id = |node: u32| self.pack.id(self.forest.nodes.get(node as usize)?.position);
        self.broken.extend(ids.filter_map(id));
    }

    fn is_over(&mut self) -> bool {
        self.trees.is_late |= self.files.is_late();
        self.trees.is_late
    }
}

impl Reader<'_> {
    fn number(&self, position: u32) -> u32 {
        self.wanted.objects.number_in(self.pack, position).unwrap_or(NONE)
    }
}

impl Trees {
    fn whole(
        &mut self,
        wanted: &Wanted<'_>,
        number: u32,
        content: &[u8],
        id_len: usize,
    ) -> Option<(u32, Outline)> {
        let tree = self.begin(number, NONE);
        let outline = Outline::read(content, id_len, |entry| self.follow(wanted, tree, entry));
        // The entries before the damage stay: they are true.
        outline.map(|outline| (tree, outline))
    }

    fn made(
        &mut self,
        wanted: &Wanted<'_>,
        number: u32,
        (base, outline): (u32, &Outline),
        content: &[u8],
        copied: &[Copied],
        id_len: usize,
    ) -> Option<(u32, Outline)> {
        let tree = self.begin(number, base);
        let made = outline.made(content, copied, id_len, |entry| self.follow(wanted, tree, entry));
        let Some(made) = made else {
            // Read anew as a whole: what was noted meanwhile must not inherit.
            self.stored[tree as usize].base = NONE;
            return None;
        };
        self.gone.extend(made.gone);
        Some((tree, made.outline))
    }

    fn begin(&mut self, number: u32, base: u32) -> u32 {
        let (entries, gone) = (self.entries.len() as u32, self.gone.len() as u32);
        self.stored.push(Tree { number, base, entries, gone });
        self.stored.len() as u32 - 1
    }

    /// Notes an entry, if it is to be followed, and gives its mark.
    fn follow(&mut self, wanted: &Wanted<'_>, tree: u32, entry: TreeEntry<'_>) -> Option<u32> {
        if !entry.is_tree() && self.recent.has(entry.id) {
            return None;
        }
        let child = wanted.number(entry)?;
        if !entry.is_tree() {
            self.recent.forget(entry.id);
        }
        let name = self.names.number(entry.name);
        self.entries.push(Entry { child, name, tree });
        Some(self.entries.len() as u32 - 1)
    }

    /// Joins what another thread read.
    fn add(&mut self, other: Self) {
        let Self { stored, entries, gone, names, unread, is_late, .. } = other;
        let (first_tree, first_entry) = (self.stored.len() as u32, self.entries.len() as u32);
        let first_gone = self.gone.len() as u32;
        let renamed: Vec<u32> = names.names.iter().map(|name| self.names.number(name)).collect();
        self.stored.extend(stored.into_iter().map(|tree| Tree {
            number: tree.number,
            base: if tree.base == NONE { NONE } else { tree.base + first_tree },
            entries: tree.entries + first_entry,
            gone: tree.gone + first_gone,
        }));
        self.entries.extend(entries.into_iter().map(|entry| Entry {
            child: entry.child,
            name: renamed[entry.name as usize],
            tree: entry.tree + first_tree,
        }));
        self.gone.extend(gone.into_iter().map(|mark| mark + first_entry));
        self.unread.extend(unread);
        self.is_late |= is_late;
    }

    /// Does a tree lack this entry of its base?
    pub(super) fn lacks(&self, tree: u32, entry: u32) -> bool {
        let start = self.stored[tree as usize].gone as usize;
        let end = self.stored.get(tree as usize + 1).map_or(self.gone.len(), |next| next.gone as usize);
        self.gone.get(start..end).is_some_and(|gone| gone.contains(&entry))
    }

    pub(super) fn base(&self, tree: u32) -> Option<u32> {
        self.stored.get(tree as usize).map(|tree| tree.base).filter(|base| *base != NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_met_is_recent() {
        let mut recent = Recent::default();
        for id in [[7; 20], [0; 20]] {
            assert!(!recent.has(&id), "{id:?} was never met");
        }
        assert!(recent.has(&[7; 20]));
        assert!(!recent.has(&[0; 20]), "an id of zeros is looked up each time");
        recent.forget(&[7; 20]);
        assert!(!recent.has(&[7; 20]));
    }
}

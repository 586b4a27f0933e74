//! A part of the history: what some commits brought in, beside what their parents had.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};

use gix::{
    ObjectId,
    objs::{Find as _, Kind},
    odb::HandleArc,
};

use super::{
    Collector, Repository,
    objects::Objects,
    references, revision,
    sift::{Sifted, one_by_one},
};
use crate::{
    engine::{
        pack::{CommitHead, TreeEntry},
        secrets::applies,
    },
    observe::Local,
    seen::{HistoryScan, LeakPast, Miss},
};

/// Folders in folders that are followed.
const DEEPEST: usize = 256;

/// Which commits.
pub(super) enum Which<'a> {
    /// All that references lead to, committed at this second or later.
    Since(i64),
    /// `A..B`.
    Range(&'a str),
}

pub(super) fn scan(
    files: &Local,
    repository: &Repository,
    which: &Which<'_>,
    collector: &mut Collector,
    missed: &mut Vec<Miss>,
) -> HistoryScan {
    let mut seen = HistoryScan::default();
    let objects = match Objects::open(repository) {
        Ok(objects) => objects,
        Err(miss) => {
            missed.push(miss);
            return seen;
        }
    };
    missed.extend(objects.missed.iter().cloned());
    let mut walk = Walk::new(files, repository, &objects);
    let chosen = match which {
        Which::Since(moment) => walk.since(*moment, missed),
        Which::Range(range) => walk.range(range),
    };
    let chosen = match chosen {
        Ok(chosen) => chosen,
        Err(miss) => {
            missed.push(miss);
            return seen;
        }
    };
    for (_, id) in &chosen {
        walk.commit(*id);
    }
    seen.commits = chosen.len() as u64;
    let ids: Vec<ObjectId> = walk.brought.keys().copied().chain(chosen.iter().map(|(_, id)| *id)).collect();
    let sifted = one_by_one(files, &objects, &ids);
    (seen.objects, seen.bytes) = (sifted.objects, sifted.bytes);
    missed.extend(sifted.misses());
    walk.file(&sifted, collector);
    missed.extend(walk.misses());
    seen
}

/// A commit's date and id: the oldest first.
type Dated = (i64, ObjectId);

struct Walk<'a> {
    files: &'a Local,
    repository: &'a Repository,
    reader: HandleArc,
    id_len: usize,
    heads: HashMap<ObjectId, CommitHead>,
    shallow: HashSet<ObjectId>,
    /// New versions of files, with their paths and the commit that was the first to have them there.
    brought: BTreeMap<ObjectId, BTreeMap<Vec<u8>, Dated>>,
    missing: BTreeSet<ObjectId>,
    is_late: bool,
    is_deep: bool,
}

impl<'a> Walk<'a> {
    fn new(files: &'a Local, repository: &'a Repository, objects: &Objects) -> Self {
        let shallow = repository.git.shallow_commits().ok().flatten();
        Self {
            files,
            repository,
            reader: objects.reader(),
            id_len: repository.git.object_hash().len_in_bytes(),
            heads: HashMap::new(),
            shallow: shallow.map(|commits| commits.iter().copied().collect()).unwrap_or_default(),
            brought: BTreeMap::new(),
            missing: BTreeSet::new(),
            is_late: false,
            is_deep: false,
        }
    }

    /// Every commit since then, whatever the order of dates along the history is.
    fn since(&mut self, moment: i64, missed: &mut Vec<Miss>) -> Result<Vec<Dated>, Miss> {
        let mut open: Vec<ObjectId> = Vec::new();
        match references::references(self.repository) {
            Ok(references) => open.extend(references.into_iter().map(|(_, id)| id)),
            Err(miss) => missed.push(miss),
        }
        open.extend(self.repository.git.head_id().ok().map(gix::Id::detach));
        let mut met = HashSet::new();
        let mut chosen = Vec::new();
        while let Some(id) = open.pop() {
            if self.is_over() {
                return Err(Miss::Timeout("the commits were not all walked before the deadline".to_owned()));
            }
            let Some(id) = self.peeled(id).filter(|id| met.insert(*id)) else { continue };
            let Some(head) = self.head(id) else { continue };
            if head.time >= moment {
                chosen.push((head.time, id));
            }
            open.extend(self.parents(id));
        }
        chosen.sort_unstable();
        Ok(chosen)
    }

    /// Commits that the second leads to and the first does not. The newest are looked at first, and
    /// nothing older than both; where dates lie, a few commits too many are the outcome.
    fn range(&mut self, range: &str) -> Result<Vec<Dated>, Miss> {
        let (from, to) = range.split_once("..").unwrap_or((range, "HEAD"));
        let mut heap = BinaryHeap::new();
        let mut excluded: HashSet<ObjectId> = HashSet::new();
        for (name, is_out) in [(to, false), (from, true)] {
            let name = if name.is_empty() { "HEAD" } else { name };
            let id = revision::resolve(self.repository, name, |id| self.parents(id));
            let id = id.and_then(|id| self.peeled(id)).ok_or_else(|| {
                Miss::Unsupported(format!("the commits {range}: there is no commit {name} in this clone"))
            })?;
            let time = self.head(id).map_or(0, |head| head.time);
            if is_out {
                excluded.insert(id);
            }
            heap.push((time, id));
        }
        let mut chosen: BTreeSet<Dated> = BTreeSet::new();
        let mut met: HashSet<(ObjectId, bool)> = HashSet::new();
        // Commits of the same second come in no order: what is not older than a chosen one may yet lead
        // to it.
        let may_lead = |heap: &BinaryHeap<Dated>, chosen: &BTreeSet<Dated>| {
            heap.peek().zip(chosen.first()).is_some_and(|(next, oldest)| next.0 >= oldest.0)
        };
        while may_lead(&heap, &chosen) || heap.iter().any(|(_, id)| !excluded.contains(id)) {
            let Some((time, id)) = heap.pop() else { break };
            if self.is_over() {
                return Err(Miss::Timeout("the commits were not all walked before the deadline".to_owned()));
            }
            let is_out = excluded.contains(&id);
            if !met.insert((id, is_out)) {
                continue;
            }
            if is_out {
                chosen.remove(&(time, id));
            } else {
                chosen.insert((time, id));
            }
            for parent in self.parents(id) {
                if is_out {
                    excluded.insert(parent);
                }
                let time = self.head(parent).map_or(0, |head| head.time);
                heap.push((time, parent));
            }
        }
        Ok(chosen.into_iter().filter(|(_, id)| !excluded.contains(id)).collect())
    }

    fn is_over(&mut self) -> bool {
        self.is_late |= self.files.is_late();
        self.is_late
    }

    fn head(&mut self, id: ObjectId) -> Option<&CommitHead> {
        if !self.heads.contains_key(&id) {
            let mut buffer = Vec::new();
            let data = self.reader.try_find(&id, &mut buffer).ok().flatten();
            let Some(head) = data.and_then(|data| CommitHead::parse(data.data, self.id_len)) else {
                self.missing.insert(id);
                return None;
            };
            self.heads.insert(id, head);
        }
        self.heads.get(&id)
    }

    fn parents(&mut self, id: ObjectId) -> Vec<ObjectId> {
        if self.shallow.contains(&id) {
            return Vec::new();
        }
        let parents = self.head(id).map(|head| head.parents.clone()).unwrap_or_default();
        parents.iter().filter_map(|id| ObjectId::try_from(id.as_slice()).ok()).collect()
    }

    /// The commit that a tag names; none for anything else.
    fn peeled(&mut self, mut id: ObjectId) -> Option<ObjectId> {
        for _ in 0..32 {
            let mut buffer = Vec::new();
            match self.reader.try_find(&id, &mut buffer) {
                Ok(Some(data)) if data.kind == Kind::Commit => return Some(id),
                Ok(Some(data)) if data.kind == Kind::Tag => {
                    id = ObjectId::try_from(
                        crate::engine::pack::tag_target(data.data, self.id_len)?.as_slice(),
                    )
                    .ok()?;
                }
                Ok(Some(_)) => return None,
                _ => {
                    self.missing.insert(id);
                    return None;
                }
            }
        }
        None
    }

    /// Notes what a commit has that none of its parents has.
    fn commit(&mut self, id: ObjectId) {
        let Some(head) = self.head(id).cloned() else { return };
        let Ok(tree) = ObjectId::try_from(head.tree.as_slice()) else { return };
        let parents = self.parents(id).into_iter();
        let parents: Vec<ObjectId> = parents
            .filter_map(|parent| ObjectId::try_from(self.head(parent)?.tree.as_slice()).ok())
            .collect();
        self.tree(tree, &parents, &mut Vec::new(), (head.time, id), 0);
    }

    fn tree(&mut self, tree: ObjectId, beside: &[ObjectId], path: &mut Vec<u8>, commit: Dated, depth: usize) {
        if beside.contains(&tree) || self.is_over() {
            return;
        }
        if depth > DEEPEST {
            self.is_deep = true;
            return;
        }
        let others: Vec<Named> = beside.iter().map(|tree| self.entries(*tree)).collect();
        for (name, (is_tree, id)) in self.entries(tree) {
            let known: Vec<(bool, ObjectId)> =
                others.iter().filter_map(|other| other.get(&name).copied()).collect();
            if known.contains(&(is_tree, id)) {
                continue;
            }
            let length = path.len();
            if length > 0 {
                path.push(b'/');
            }
            path.extend(&name);
            if is_tree {
                let beside: Vec<ObjectId> =
                    known.iter().filter(|(is_tree, _)| *is_tree).map(|(_, id)| *id).collect();
                self.tree(id, &beside, path, commit, depth + 1);
            } else {
                self.brought.entry(id).or_default().entry(path.clone()).or_insert(commit);
            }
            path.truncate(length);
        }
    }

    fn entries(&mut self, tree: ObjectId) -> Named {
        entries(&self.reader, tree, self.id_len).unwrap_or_else(|| {
            if !tree.is_empty_tree() {
                self.missing.insert(tree);
            }
            Named::new()
        })
    }

    fn file(&self, sifted: &Sifted, collector: &mut Collector) {
        let top = self.repository.git.head_tree_id().ok().map(gix::Id::detach);
        let mut blobs: Vec<_> = sifted.blobs.iter().collect();
        blobs.sort_by_key(|(id, _)| **id);
        for (id, found) in blobs {
            for (path, (time, commit)) in self.brought.get(id).into_iter().flatten() {
                let in_head = top.is_some_and(|top| at(&self.reader, top, path, self.id_len) == Some(*id));
                let shown = String::from_utf8_lossy(path);
                let Some(inside) = self.repository.inside(&shown) else { continue };
                for (hit, line) in found.iter().filter(|(hit, _)| applies(hit.rule, inside)) {
                    collector.past(hit, brought(inside, *line, *commit, *time, in_head));
                }
            }
        }
        let mut messages: Vec<_> = sifted.messages.iter().collect();
        messages.sort_by_key(|(id, _)| **id);
        for (id, found) in messages {
            let time = self.heads.get(id).map_or(0, |head| head.time);
            for (hit, line) in found {
                collector.past(hit, brought("(commit message)", *line, *id, time, false));
            }
        }
    }

    fn misses(&self) -> Vec<Miss> {
        let mut missed = Vec::new();
        if self.is_late {
            missed.push(Miss::Timeout("the commits were not all looked at before the deadline".to_owned()));
        }
        if self.is_deep {
            missed.push(Miss::Unsupported(format!("git trees nested deeper than {DEEPEST} folders")));
        }
        if let Some(first) = self.missing.first() {
            let text = format!(
                "{} git objects are missing from this clone, the first is {first}",
                self.missing.len()
            );
            missed.push(Miss::Malformed(text));
        }
        missed
    }
}

fn brought(path: &str, line: u32, commit: ObjectId, time: i64, in_head: bool) -> LeakPast {
    LeakPast {
        path: path.to_owned(),
        line,
        first: Some(commit.to_string()),
        first_time: Some(time),
        in_head,
        ..LeakPast::default()
    }
}

/// Name to what it is, submodules left out: is it a tree, and its id.
pub(super) type Named = BTreeMap<Vec<u8>, (bool, ObjectId)>;

pub(super) fn entries(reader: &HandleArc, tree: ObjectId, id_len: usize) -> Option<Named> {
    let mut buffer = Vec::new();
    let data = reader.try_find(&tree, &mut buffer).ok()??;
    let (mut rest, mut named) = (data.data, Named::new());
    while !rest.is_empty() {
        let (entry, length) = TreeEntry::parse(rest, id_len)?;
        if !entry.is_commit() {
            named.insert(entry.name.to_vec(), (entry.is_tree(), ObjectId::try_from(entry.id).ok()?));
        }
        rest = &rest[length..];
    }
    Some(named)
}

/// The file at a path below a tree.
fn at(reader: &HandleArc, mut tree: ObjectId, path: &[u8], id_len: usize) -> Option<ObjectId> {
    let mut names = path.split(|byte| *byte == b'/').peekable();
    while let Some(name) = names.next() {
        let (is_tree, id) = *entries(reader, tree, id_len)?.get(name)?;
        match (is_tree, names.peek()) {
            (true, Some(_)) => tree = id,
            (false, None) => return Some(id),
            _ => return None,
        }
    }
    None
}

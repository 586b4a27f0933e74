//! From objects to paths and commits: which file held a version, from when to when.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use gix::{
    ObjectId,
    objs::{CommitRefIter, Find as _, Kind, TagRefIter, TreeRefIter, commit::ref_iter::Token},
    odb::HandleArc,
};

use super::{Repository, objects::Objects, sift::Sifted};
use crate::{observe::Local, seen::Miss};

/// Folders in folders that are followed.
const DEEPEST: usize = 256;
/// Paths kept of the hits below one folder: a hostile tree can name one file a billion times.
const MOST: usize = 200;

/// Where a version of a file was.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) first: ObjectId,
    pub(super) last: ObjectId,
    pub(super) in_head: bool,
}

#[derive(Default)]
pub(super) struct Graph {
    pub(super) places: HashMap<ObjectId, Vec<Place>>,
    /// Commits and tags that a reference leads to.
    pub(super) reachable: HashSet<ObjectId>,
    pub(super) commits: u64,
}

/// Walks everything that references lead to: finds what is missing, and the places of the hits.
pub(super) fn walk(
    files: &Local,
    repository: &Repository,
    objects: &Objects,
    sifted: &Sifted,
    missed: &mut Vec<Miss>,
) -> Graph {
    let mut walk = Walk {
        reader: objects.reader(),
        hash: repository.git.object_hash(),
        objects,
        sifted,
        trees: HashMap::new(),
        missing: HashSet::new(),
        deep: false,
        reachable: HashSet::new(),
    };
    let head = repository.git.head_id().ok().map(gix::Id::detach);
    let commits = walk.commits(files, repository, head, missed);
    let graph = walk.places(files, &commits, head, missed);
    if let Some(first) = walk.missing.iter().min() {
        let count = walk.missing.len();
        missed.push(if repository.is_partial() {
            Miss::Unsupported(format!(
                "{count} git objects that a partial clone left out (clone without --filter)"
            ))
        } else {
            Miss::Malformed(format!("{count} git objects are missing from this clone, the first is {first}"))
        });
    }
    if walk.deep {
        missed.push(Miss::Unsupported(format!("git trees nested deeper than {DEEPEST} folders")));
    }
    graph
}

/// The path below a folder, and the version there.
type Below = Rc<Named>;
type Named = Vec<(String, ObjectId)>;

struct Walk<'a> {
    reader: HandleArc,
    hash: gix::hash::Kind,
    objects: &'a Objects,
    sifted: &'a Sifted,
    /// Trees that were walked, with the hits below them.
    trees: HashMap<ObjectId, Below>,
    missing: HashSet<ObjectId>,
    deep: bool,
    reachable: HashSet<ObjectId>,
}

struct Commit {
    id: ObjectId,
    tree: ObjectId,
    time: i64,
    parents: Vec<ObjectId>,
}

/// Sorts by git's corrected commit date: that of the commit, but later than that of each parent.
fn oldest_first(commits: Vec<Commit>) -> Vec<Commit> {
    let known: HashMap<ObjectId, &Commit> = commits.iter().map(|commit| (commit.id, commit)).collect();
    let mut dates: HashMap<ObjectId, i64> = HashMap::with_capacity(commits.len());
    for commit in &commits {
        let mut open = vec![(commit, false)];
        while let Some((commit, has_parents)) = open.pop() {
            if dates.contains_key(&commit.id) {
                continue;
            }
            if has_parents {
                let latest = commit.parents.iter().filter_map(|parent| dates.get(parent)).max();
                let date = latest.map_or(commit.time, |date| commit.time.max(date.saturating_add(1)));
                dates.insert(commit.id, date);
            } else {
                open.push((commit, true));
                open.extend(
                    commit
                        .parents
                        .iter()
                        .filter_map(|parent| known.get(parent))
                        .map(|parent| (*parent, false)),
                );
            }
        }
    }
    let mut sorted = commits;
    sorted.sort_by_key(|commit| (dates.get(&commit.id).copied(), commit.id));
    sorted
}

impl Walk<'_> {
    /// Every commit that a reference leads to, the oldest first.
    fn commits(
        &mut self,
        files: &Local,
        repository: &Repository,
        head: Option<ObjectId>,
        missed: &mut Vec<Miss>,
    ) -> Vec<Commit> {
        let mut open: Vec<ObjectId> = head.into_iter().collect();
        match references(repository) {
            Ok(tips) => open.extend(tips),
            Err(miss) => missed.push(miss),
        }
        let ends: HashSet<ObjectId> = match repository.git.shallow_commits() {
            Ok(Some(commits)) => commits.iter().copied().collect(),
            _ => HashSet::new(),
        };
        let mut commits = Vec::new();
        let mut buffer = Vec::new();
        while let Some(id) = open.pop() {
            if files.is_late() {
                missed.push(Miss::Timeout("the commits were not all walked before the deadline".to_owned()));
                break;
            }
            if !self.reachable.insert(id) {
                continue;
            }
            let Ok(Some(data)) = self.reader.try_find(&id, &mut buffer) else {
                self.missing.insert(id);
                continue;
            };
            match data.kind {
                Kind::Commit => {
                    let commit = parsed(id, data.data, self.hash);
                    if let Some(commit) = commit.as_ref().filter(|_| !ends.contains(&id)) {
                        open.extend(&commit.parents);
                    }
                    commits.extend(commit);
                }
                Kind::Tag => {
                    open.extend(TagRefIter::from_bytes(data.data, self.hash).target_id().ok());
                }
                Kind::Tree | Kind::Blob => {}
            }
        }
        oldest_first(commits)
    }

    fn places(
        &mut self,
        files: &Local,
        commits: &[Commit],
        head: Option<ObjectId>,
        missed: &mut Vec<Miss>,
    ) -> Graph {
        let mut places: HashMap<ObjectId, HashMap<String, Place>> = HashMap::new();
        for commit in commits {
            if files.is_late() {
                missed.push(Miss::Timeout("the trees were not all walked before the deadline".to_owned()));
                break;
            }
            for (path, blob) in self.below(commit.tree, 0).iter() {
                let known = places.entry(*blob).or_default();
                // Nearly always known: no name is copied for each commit.
                if !known.contains_key(path) {
                    let (first, last) = (commit.id, commit.id);
                    known.insert(path.clone(), Place { path: path.clone(), first, last, in_head: false });
                }
                let Some(place) = known.get_mut(path) else { continue };
                place.last = commit.id;
                place.in_head |= Some(commit.id) == head;
            }
        }
        let mut graph = Graph {
            commits: commits.len() as u64,
            reachable: std::mem::take(&mut self.reachable),
            ..Graph::default()
        };
        for (blob, known) in places {
            graph.places.insert(blob, known.into_values().collect());
        }
        graph.places.values_mut().for_each(|places| places.sort_by(|a, b| a.path.cmp(&b.path)));
        graph
    }

    /// The hits below a tree. Each tree is read once.
    fn below(&mut self, tree: ObjectId, depth: usize) -> Below {
        if let Some(known) = self.trees.get(&tree) {
            return known.clone();
        }
        if depth >= DEEPEST {
            self.deep = true;
            return Below::default();
        }
        let (folders, mut hits) = self.entries(tree);
        // Also breaks a circle, which only a hash collision could make.
        self.trees.insert(tree, Below::default());
        for (name, id) in folders {
            for (path, blob) in self.below(id, depth + 1).iter() {
                if hits.len() < MOST {
                    hits.push((format!("{name}/{path}"), *blob));
                }
            }
        }
        if hits.is_empty() {
            return Below::default();
        }
        let hits = Rc::new(hits);
        if depth == 0 {
            // The top of a commit names every hit by its whole path, and hardly ever comes again.
            self.trees.remove(&tree);
        } else {
            self.trees.insert(tree, hits.clone());
        }
        hits
    }

    /// The folders of a tree, and its files that have hits.
    fn entries(&mut self, tree: ObjectId) -> (Named, Named) {
        let mut buffer = Vec::new();
        let (mut folders, mut hits) = (Named::new(), Named::new());
        let Ok(Some(data)) = self.reader.try_find(&tree, &mut buffer) else {
            self.missing.insert(tree);
            return (folders, hits);
        };
        for entry in TreeRefIter::from_bytes(data.data, self.hash) {
            let Ok(entry) = entry else {
                self.missing.insert(tree);
                break;
            };
            let id = entry.oid.to_owned();
            if entry.mode.is_tree() {
                folders.push((entry.filename.to_string(), id));
            } else if entry.mode.is_commit() {
                // A submodule's history is its own.
            } else if self.sifted.blobs.contains_key(&id) {
                hits.push((entry.filename.to_string(), id));
            } else if !self.objects.has(&self.reader, &id) {
                self.missing.insert(id);
            }
        }
        (folders, hits)
    }
}

fn references(repository: &Repository) -> Result<Vec<ObjectId>, Miss> {
    let unread = |err: &dyn std::fmt::Display| {
        Miss::Malformed(format!("git references: {}", super::repository::first_line(err)))
    };
    let platform = repository.git.references().map_err(|err| unread(&err))?;
    let all = platform.all().map_err(|err| unread(&err))?;
    let mut tips = Vec::new();
    for reference in all {
        let reference = reference.map_err(|err| unread(&err))?;
        tips.extend(reference.try_id().map(gix::Id::detach));
    }
    Ok(tips)
}

fn parsed(id: ObjectId, data: &[u8], hash: gix::hash::Kind) -> Option<Commit> {
    let (mut tree, mut time, mut parents) = (None, 0, Vec::new());
    for token in CommitRefIter::from_bytes(data, hash).flatten() {
        match token {
            Token::Tree { id } => tree = Some(id),
            Token::Parent { id } => parents.push(id),
            Token::Committer { signature } => {
                time = signature.seconds();
                break;
            }
            _ => {}
        }
    }
    tree.map(|tree| Commit { id, tree, time, parents })
}

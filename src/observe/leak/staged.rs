//! What the next commit would bring in: the index beside `HEAD`, and of that only what is new.

use std::collections::HashSet;

use gix::{ObjectId, index::entry::Mode, odb::HandleArc};
use rayon::prelude::*;

use super::{
    Collector, Repository,
    objects::{LARGEST, Objects},
    part::{Named, entries},
    repository::first_line,
    text,
};
use crate::{
    engine::secrets::{Hit, Locator, applies, scan as scan_bytes},
    observe::Local,
    seen::{LeakSite, Miss, TreeScan},
};

/// Folders in folders that are compared; what lies deeper counts as new.
const DEEPEST: usize = 256;

/// A staged version of a file, and the one that `HEAD` has at its path.
struct Staged {
    path: String,
    id: ObjectId,
    old: Option<ObjectId>,
}

pub(super) fn scan(
    files: &Local,
    repository: &Repository,
    collector: &mut Collector,
    missed: &mut Vec<Miss>,
) -> TreeScan {
    let mut seen = TreeScan::default();
    let found = Objects::open(repository).and_then(|objects| Ok((staged(repository, &objects)?, objects)));
    let (staged, objects) = match found {
        Ok(found) => found,
        Err(miss) => {
            missed.push(miss);
            return seen;
        }
    };
    let looked: Vec<Result<Looked, Miss>> = staged
        .par_iter()
        .map_init(|| objects.reader(), |reader, staged| look(files, reader, staged))
        .collect();
    for looked in looked {
        match looked {
            Ok(looked) => {
                seen.files += u64::from(looked.is_text);
                seen.binary += u64::from(!looked.is_text);
                seen.bytes += looked.bytes;
                for (hit, site) in looked.found {
                    collector.site(&hit, site);
                }
            }
            Err(miss) => missed.push(miss),
        }
    }
    seen
}

/// Regular files of the index below the audited folder that differ from `HEAD`.
fn staged(repository: &Repository, objects: &Objects) -> Result<Vec<Staged>, Miss> {
    let index = match repository.git.try_index() {
        Ok(Some(index)) => index,
        Ok(None) => return Ok(Vec::new()),
        Err(err) => return Err(Miss::Malformed(format!(".git/index: {}", first_line(&err)))),
    };
    let mut files: Vec<(&[u8], ObjectId)> = index
        .entries()
        .iter()
        .filter(|entry| matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE))
        .map(|entry| (&**entry.path(&index), entry.id))
        .collect();
    files.sort_unstable();
    // Before the first commit everything is new.
    let head = repository.git.head_tree_id().ok().map(gix::Id::detach);
    let mut compare = Compare {
        repository,
        reader: objects.reader(),
        id_len: repository.git.object_hash().len_in_bytes(),
        staged: Vec::new(),
    };
    compare.folder(&files, 0, head, index.tree(), 0);
    Ok(compare.staged)
}

struct Compare<'a> {
    repository: &'a Repository,
    reader: HandleArc,
    id_len: usize,
    staged: Vec<Staged>,
}

impl Compare<'_> {
    /// Files that share a folder, whose name takes `skip` bytes of their paths.
    fn folder(
        &mut self,
        files: &[(&[u8], ObjectId)],
        skip: usize,
        tree: Option<ObjectId>,
        cached: Option<&gix::index::extension::Tree>,
        depth: usize,
    ) {
        // The index remembers the trees of folders in which nothing was staged.
        if cached.is_some_and(|cached| cached.num_entries.is_some() && Some(cached.id) == tree) {
            return;
        }
        let old = tree.and_then(|tree| entries(&self.reader, tree, self.id_len)).unwrap_or_default();
        let mut rest = files;
        while let Some((path, id)) = rest.first() {
            let name = &path[skip.min(path.len())..];
            let Some(slash) = memchr::memchr(b'/', name).filter(|_| depth < DEEPEST) else {
                self.file(path, *id, name, &old);
                rest = &rest[1..];
                continue;
            };
            let (name, below) = (&name[..slash], skip + slash + 1);
            let count = rest.partition_point(|(other, _)| other.starts_with(&path[..below]));
            let tree = old.get(name).filter(|(is_tree, _)| *is_tree).map(|(_, id)| *id);
            let cached =
                cached.and_then(|cached| cached.children.iter().find(|child| &child.name[..] == name));
            self.folder(&rest[..count.max(1)], below, tree, cached, depth + 1);
            rest = &rest[count.max(1)..];
        }
    }

    fn file(&mut self, path: &[u8], id: ObjectId, name: &[u8], old: &Named) {
        let old = old.get(name).filter(|(is_tree, _)| !is_tree).map(|(_, id)| *id);
        let path = String::from_utf8_lossy(path);
        if let Some(path) = self.repository.inside(&path).filter(|_| old != Some(id)) {
            self.staged.push(Staged { path: path.to_owned(), id, old });
        }
    }
}

struct Looked {
    is_text: bool,
    bytes: u64,
    found: Vec<(Hit, LeakSite)>,
}

fn look(files: &Local, reader: &HandleArc, staged: &Staged) -> Result<Looked, Miss> {
    if files.is_late() {
        return Err(Miss::Timeout("the staged files were not all scanned before the deadline".to_owned()));
    }
    let content = read(reader, staged.id)
        .ok_or_else(|| Miss::Malformed(format!("the staged version of {} cannot be read", staged.path)))?;
    let Some(text) = text::of(&staged.path, &content) else {
        return Ok(Looked { is_text: false, bytes: 0, found: Vec::new() });
    };
    let scan = scan_bytes(&text);
    let known = if scan.hits.is_empty() { HashSet::new() } else { known(reader, staged) };
    let mut locator = Locator::new(&text);
    let mut found = Vec::new();
    for hit in &scan.hits {
        if known.contains(&hit.fingerprint) || !applies(hit.rule, &staged.path) {
            continue;
        }
        let location = locator.locate(&hit.span);
        let site = LeakSite {
            path: staged.path.clone(),
            line: location.line,
            column: location.column,
            snippet: scan.snippet(&text, &location.around),
            source: None,
        };
        found.push((hit.clone(), site));
    }
    if scan.truncated {
        return Err(Miss::Unsupported(format!("{} holds too many credentials to list", staged.path)));
    }
    Ok(Looked { is_text: true, bytes: text.len() as u64, found })
}

/// Values that `HEAD` has at the same path: the next commit does not bring them in.
fn known(reader: &HandleArc, staged: &Staged) -> HashSet<String> {
    let old = staged.old.and_then(|id| read(reader, id)).unwrap_or_default();
    let hits = text::of(&staged.path, &old).map(|text| scan_bytes(&text).hits).unwrap_or_default();
    hits.into_iter().map(|hit| hit.fingerprint).collect()
}

fn read(reader: &HandleArc, id: ObjectId) -> Option<Vec<u8>> {
    use gix::{objs::Find as _, odb::Header as _};
    let header = reader.try_header(&id).ok()??;
    let mut content = Vec::new();
    if header.size() > LARGEST {
        return None;
    }
    reader.try_find(&id, &mut content).ok()??;
    Some(content)
}

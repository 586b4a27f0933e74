//! The object database: packs as they are stored, and everything else through gix.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use gix::{
    ObjectId,
    odb::{HandleArc, Store, alternate, loose, pack},
};

use super::repository::{Repository, first_line};
use crate::{
    engine::pack::{Forest, Index, PackError},
    seen::Miss,
};

/// The largest object that is read.
pub(super) const LARGEST: u64 = 256 << 20;

/// No object.
pub(super) const NONE: u32 = u32::MAX;

/// Every object has a number: those of the packs by pack and index, then the others.
pub(super) struct Objects {
    store: Arc<Store>,
    pub(super) id_len: usize,
    pub(super) packs: Vec<Pack>,
    /// Objects outside of the packs, or in packs that only gix can read; each once, sorted.
    pub(super) others: Vec<ObjectId>,
    /// What could not be listed.
    pub(super) missed: Vec<Miss>,
}

/// A pack, mapped into memory, and its index.
pub(super) struct Pack {
    data: pack::data::File,
    pub(super) index: Index,
    forest: OnceLock<Result<Forest, PackError>>,
    /// Number of its first object.
    first: u32,
}

impl Objects {
    pub(super) fn open(repository: &Repository) -> Result<Self, Miss> {
        let folder = repository.git.common_dir().join("objects");
        let hash = repository.git.object_hash();
        let options = gix::odb::store::init::Options {
            alloc_limit_bytes: Some(LARGEST as usize),
            ..gix::odb::store::init::Options::default()
        };
        let store = Store::at_opts(folder.clone(), hash, &mut std::iter::empty(), options)
            .map_err(|err| Miss::Denied(format!("git objects: {}", err.kind())))?;
        let here = std::env::current_dir().unwrap_or_default();
        let others = alternate::resolve(folder.clone(), &here).map_err(|err| malformed(&err))?;

        let mut listed = Listed::default();
        for folder in std::iter::once(folder).chain(others) {
            listed.loose(&folder, hash);
            listed.packs(&folder.join("pack"), hash);
        }
        let Listed { mut packs, mut others, missed, odd } = listed;
        if let Some(odd) = odd {
            return Err(Miss::Malformed(format!("git objects: {odd} is no regular file")));
        }
        let mut first = 0_u32;
        for pack in &mut packs {
            pack.first = first;
            first =
                u32::try_from(pack.index.len()).ok().and_then(|count| first.checked_add(count)).ok_or_else(
                    || Miss::Unsupported("git objects: more than four thousand million".to_owned()),
                )?;
        }
        others.retain(|id| !packs.iter().any(|pack| pack.index.find(id.as_slice()).is_some()));
        let id_len = hash.len_in_bytes();
        Ok(Self { store: Arc::new(store), id_len, packs, others: others.into_iter().collect(), missed })
    }

    /// A reader of one thread's own. It never looks for objects that appear meanwhile.
    pub(super) fn reader(&self) -> HandleArc {
        let mut handle = self.store.to_cache_arc();
        handle.refresh_never();
        handle.set_pack_cache(|| Box::new(super::bases::Bases::default()));
        handle
    }

    /// The number of an object that is in this clone, readable or not; the same in each of its packs.
    pub(super) fn number(&self, id: &[u8]) -> Option<u32> {
        self.number_as(id, Index::find)
    }

    /// The same, where it is enough that no other object has the first nine bytes of the id: an object
    /// that is not here may then be taken for one that is, if somebody made it so.
    pub(super) fn number_by_head(&self, id: &[u8]) -> Option<u32> {
        self.number_as(id, Index::find_by_head)
    }

    fn number_as(&self, id: &[u8], find: impl Fn(&Index, &[u8]) -> Option<usize>) -> Option<u32> {
        for pack in &self.packs {
            if let Some(position) = find(&pack.index, id) {
                return Some(pack.first + position as u32);
            }
        }
        let at = self.others.binary_search_by(|other| other.as_slice().cmp(id)).ok()?;
        Some(self.in_packs() + at as u32)
    }

    /// The number of an object of this pack: that of the first pack that has it.
    pub(super) fn number_in(&self, pack: &Pack, position: u32) -> Option<u32> {
        let id = pack.index.id(position as usize)?;
        let before = self.packs.iter().take_while(|other| other.first < pack.first);
        for other in before {
            if let Some(position) = other.index.find(id) {
                return Some(other.first + position as u32);
            }
        }
        Some(pack.first + position)
    }

    pub(super) fn id(&self, number: u32) -> Option<ObjectId> {
        if number >= self.in_packs() {
            return self.others.get((number - self.in_packs()) as usize).copied();
        }
        let pack = self.packs.partition_point(|pack| pack.first <= number).checked_sub(1)?;
        let pack = self.packs.get(pack)?;
        pack.id(number - pack.first)
    }

    /// How many objects have a number.
    pub(super) fn count(&self) -> u32 {
        self.in_packs() + self.others.len() as u32
    }

    fn in_packs(&self) -> u32 {
        self.packs.last().map_or(0, |pack| pack.first + pack.index.len() as u32)
    }

    /// Is the object in a pack before this one, and so looked at there?
    pub(super) fn is_before(&self, pack: usize, id: &[u8]) -> bool {
        self.packs[..pack].iter().any(|pack| pack.index.find(id).is_some())
    }
}

impl Pack {
    pub(super) fn bytes(&self) -> &[u8] {
        self.data.entry_slice(0..self.data.data_len() as u64).unwrap_or_default()
    }

    /// Built once, and kept.
    pub(super) fn forest(&self) -> Result<&Forest, Miss> {
        let forest = self.forest.get_or_init(|| Forest::build(self.bytes(), &self.index));
        forest.as_ref().map_err(|err| malformed(err))
    }

    pub(super) fn id(&self, position: u32) -> Option<ObjectId> {
        self.index.id(position as usize).and_then(|id| ObjectId::try_from(id).ok())
    }
}

/// What the objects folders hold.
#[derive(Default)]
struct Listed {
    packs: Vec<Pack>,
    others: BTreeSet<ObjectId>,
    missed: Vec<Miss>,
    /// No regular file: whoever opens it, gix too, may wait for ever.
    odd: Option<String>,
}

impl Listed {
    fn loose(&mut self, folder: &Path, hash: gix::hash::Kind) {
        let store = loose::Store::at(folder, hash);
        for id in store.iter() {
            match id {
                Ok(id) if !store.object_path(&id).is_file() => self.odd = Some(id.to_string()),
                Ok(id) => drop(self.others.insert(id)),
                Err(err) => self.missed.push(malformed(&err)),
            }
        }
    }

    /// Every pack keeps an index of its own, also under a multi-pack index.
    fn packs(&mut self, folder: &Path, hash: gix::hash::Kind) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => return,
            Err(err) => return self.missed.push(Miss::Denied(format!("git packs: {}", err.kind()))),
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        let odd = paths.iter().filter(|path| !path.is_file() && !path.is_dir() && path.exists());
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.odd = self.odd.take().or(odd.map(name).next());
        // A pack without its index is being written.
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "idx") && path.is_file());
        paths.sort();
        for path in paths {
            if let Err(miss) = self.pack(&path, hash) {
                self.missed.push(miss);
            }
        }
    }

    fn pack(&mut self, path: &Path, hash: gix::hash::Kind) -> Result<(), Miss> {
        let bytes = std::fs::read(path).map_err(|err| Miss::Denied(format!("git packs: {}", err.kind())))?;
        let data = path.with_extension("pack");
        if !data.is_file() {
            return Err(Miss::Malformed("a git pack is missing beside its index".to_owned()));
        }
        if let Ok(index) = Index::parse(&bytes, hash.len_in_bytes()) {
            let data = pack::data::File::at(&data, hash).map_err(|err| malformed(&err))?;
            self.packs.push(Pack { data, index, forest: OnceLock::new(), first: 0 });
            return Ok(());
        }
        // Version 1, which git has not written since 2007, or nothing at all.
        let index = pack::index::File::at(path, hash).map_err(|err| malformed(&err))?;
        self.others.extend(index.iter().map(|entry| entry.oid));
        Ok(())
    }
}

fn malformed(err: &dyn std::fmt::Display) -> Miss {
    Miss::Malformed(format!("git objects: {}", first_line(err)))
}

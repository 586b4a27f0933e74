//! The object database: every object once, near those it is a difference to.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use gix::{
    ObjectId,
    objs::Kind,
    odb::{HandleArc, Store, pack::cache::DecodeEntry, store::iter::Ordering},
};

use super::repository::{Repository, first_line};
use crate::seen::Miss;

/// The largest object that is read.
pub(super) const LARGEST: u64 = 256 << 20;
/// Bases of differences kept a thread.
const CACHE: usize = 48 << 20;

pub(super) struct Objects {
    store: Arc<Store>,
    /// Each once, in the order of the packs.
    pub(super) ids: Vec<ObjectId>,
}

impl Objects {
    pub(super) fn open(repository: &Repository) -> Result<Self, Miss> {
        let folder = repository.git.common_dir().join("objects");
        let options = gix::odb::store::init::Options {
            alloc_limit_bytes: Some(LARGEST as usize),
            ..gix::odb::store::init::Options::default()
        };
        let store = Store::at_opts(folder, repository.git.object_hash(), &mut std::iter::empty(), options)
            .map_err(|err| Miss::Denied(format!("git objects: {}", err.kind())))?;
        let store = Arc::new(store);
        let all = store.to_cache_arc().iter().map_err(|err| malformed(&err))?;
        let mut known = HashSet::new();
        let mut ids = Vec::new();
        for id in all.with_ordering(Ordering::PackAscendingOffsetThenLooseLexicographical) {
            let id = id.map_err(|err| malformed(&err))?;
            if known.insert(id) {
                ids.push(id);
            }
        }
        Ok(Self { store, ids })
    }

    /// A reader of one thread's own. It never looks for objects that appear meanwhile.
    pub(super) fn reader(&self) -> HandleArc {
        let mut handle = self.store.to_cache_arc();
        handle.refresh_never();
        handle.set_pack_cache(|| Box::new(Bases::default()));
        handle
    }
}

fn malformed(err: &dyn std::fmt::Display) -> Miss {
    Miss::Malformed(format!("git objects: {}", first_line(err)))
}

/// The latest bases, by pack and offset.
#[derive(Default)]
struct Bases {
    kept: HashMap<(u32, u64), (Kind, usize, Vec<u8>)>,
    order: VecDeque<(u32, u64)>,
    bytes: usize,
}

impl DecodeEntry for Bases {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: Kind, compressed_size: usize) {
        if data.len() > CACHE / 4 || self.kept.contains_key(&(pack, offset)) {
            return;
        }
        let mut spare = Vec::new();
        while self.bytes + data.len() > CACHE {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some((_, _, bytes)) = self.kept.remove(&oldest) {
                self.bytes -= bytes.len();
                spare = bytes;
            }
        }
        spare.clear();
        spare.extend_from_slice(data);
        self.bytes += spare.len();
        self.kept.insert((pack, offset), (kind, compressed_size, spare));
        self.order.push_back((pack, offset));
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let (kind, compressed_size, data) = self.kept.get(&(pack, offset))?;
        out.clear();
        out.extend_from_slice(data);
        Some((*kind, *compressed_size))
    }
}

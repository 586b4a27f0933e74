//! A cache for objects that are read one by one: the bases they are differences to.

use std::collections::{HashMap, VecDeque};

use gix::{objs::Kind, odb::pack::cache::DecodeEntry};

/// Bytes kept a thread.
const CACHE: usize = 48 << 20;

/// The latest bases, by pack and offset.
#[derive(Default)]
pub(super) struct Bases {
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

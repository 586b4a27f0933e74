//! An index of a pack, of either hash, and look-ups in it.
#![no_main]

use gonogo::engine::pack::Index;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for id_len in [20, 32] {
        let Ok(index) = Index::parse(bytes, id_len) else { continue };
        for position in 0..index.len().min(1_000) {
            let Some(id) = index.id(position) else { continue };
            let _ = (index.find(id), index.offset(position));
        }
    }
});

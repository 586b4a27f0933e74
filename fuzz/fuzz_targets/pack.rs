//! A pack and its index, both hostile: the first two bytes say where one ends.
#![no_main]

use gonogo::engine::pack::{Delta, Forest, Index, Limits, Object, PackError, Visit, walk};
use libfuzzer_sys::fuzz_target;

struct Nothing;

impl Visit for Nothing {
    type Memory = ();
    fn whole(&mut self, _object: Object<'_>) {}
    fn made(&mut self, _object: Object<'_>, _base: &[u8], (): &(), _delta: Delta<'_>) {}
    fn broken(&mut self, _error: PackError) {}
    fn is_over(&self) -> bool {
        false
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else { return };
    let end = usize::from(u16::from_be_bytes(*length)).min(rest.len());
    let (index, pack) = rest.split_at(end);
    if let Some(delta) = Delta::parse(rest) {
        let _ = delta.apply(pack, &mut Vec::new());
    }
    let Ok(index) = Index::parse(index, 20) else { return };
    let Ok(forest) = Forest::build(pack, &index) else { return };
    let limits = Limits { object: 1 << 20, depth: 64 };
    for root in &forest.roots {
        walk(pack, &forest, *root, limits, &mut Nothing);
    }
});

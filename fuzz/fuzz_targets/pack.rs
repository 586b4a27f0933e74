//! A pack and its index, both hostile: the first two bytes say where one ends.
#![no_main]

use gonogo::engine::pack::{
    CommitHead, Copied, Forest, Index, Kind, Limits, Object, Outline, PackError, Visit, tag_target, walk,
};
use libfuzzer_sys::fuzz_target;

#[derive(Default)]
struct Nothing(usize);

impl Visit for Nothing {
    type Memory = Option<Outline>;

    fn whole(&mut self, object: Object<'_>) -> Self::Memory {
        self.0 += 1;
        match object.kind {
            Kind::Commit => drop(CommitHead::parse(object.content, 20)),
            Kind::Tag => drop(tag_target(object.content, 20)),
            Kind::Tree | Kind::Blob => {}
        }
        Outline::read(object.content, 20, |entry| Some(entry.mode))
    }

    fn made(&mut self, object: Object<'_>, base: &Self::Memory, copied: &[Copied]) -> Self::Memory {
        self.0 += 1;
        let made = base.as_ref().and_then(|base| base.made(object.content, copied, 20, |_| Some(0)));
        made.map(|made| made.outline)
    }

    fn broken(&mut self, _node: u32, _error: PackError) {}

    fn is_over(&mut self) -> bool {
        self.0 > 1_000
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else { return };
    let end = usize::from(u16::from_be_bytes(*length)).min(rest.len());
    let (index, pack) = rest.split_at(end);
    let Ok(index) = Index::parse(index, 20) else { return };
    let _ = index.find(rest.get(..20).unwrap_or(&[0; 20]));
    let Ok(forest) = Forest::build(pack, &index) else { return };
    let limits = Limits { object: 1 << 20, memory: 1 << 22, depth: 64 };
    for root in &forest.roots {
        walk(pack, &forest, *root, limits, &mut Nothing::default());
    }
    let _ = forest.unrooted();
});

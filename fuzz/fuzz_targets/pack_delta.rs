//! A base, a delta, and the trees that both may be: read beside its base, a tree is what it is alone.
#![no_main]

use gonogo::engine::pack::{Delta, Outline};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else { return };
    let (base, delta) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
    let Some(delta) = Delta::parse(delta) else { return };
    let (mut made, mut copied) = (Vec::new(), Vec::new());
    if delta.result_size > 1 << 20 || !delta.apply(base, &mut made, &mut copied) {
        return;
    }
    // Short ids, so that chance finds entries.
    let Some(outline) = Outline::read(base, 2, |entry| Some(entry.mode)) else { return };
    let alone = Outline::read(&made, 2, |entry| Some(entry.mode));
    let beside = outline.made(&made, &copied, 2, |entry| Some(entry.mode));
    assert_eq!(alone.map(|alone| format!("{alone:?}")), beside.map(|beside| format!("{:?}", beside.outline)));
});

//! A path over hostile certificates to hostile roots; and hostile revocation lists.
#![no_main]

use gonogo::engine::certificate::{
    list_fault,
    path::{Anchors, algorithms, verify},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() && parts.len() < 12 {
        let end = declared(rest).clamp(1, rest.len());
        parts.push(&rest[..end]);
        rest = &rest[end..];
    }
    let (roots, sent) = parts.split_at(parts.len() / 2);
    let now = jiff::Timestamp::from_second(1_800_000_000).unwrap_or_default();
    let _ = verify(sent, Anchors { certificates: roots, bare: &[] }, now, algorithms());
    for part in &parts {
        let _ = list_fault(part, roots);
    }
});

/// Bytes of a DER element with a length of two bytes, as certificates have.
fn declared(der: &[u8]) -> usize {
    match der {
        [0x30, 0x82, high, low, ..] => 4 + usize::from(u16::from_be_bytes([*high, *low])),
        _ => der.len(),
    }
}

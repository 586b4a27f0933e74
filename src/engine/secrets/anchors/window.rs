//! The windows by which an anchor gives itself away: four bytes each, one that begins at an even
//! place of the anchor and one at an odd place, so that a search may pass over every second byte.
//!
//! An anchor of three or four bytes lends a window from its neighbourhood: there is one for each byte
//! that may stand before it, or behind it.

use std::{cmp::Reverse, collections::HashMap, sync::LazyLock};

use super::{super::boundary, Anchor, Means};

/// Bytes of a window.
pub(super) const WINDOW: usize = 4;
/// Windows of longer anchors are taken from their beginning.
pub(super) const FIRST: usize = 16;

/// Sets this bit in each byte: upper and lower case become one, as do a few others.
pub(super) const FOLD: u64 = 0x2020_2020_2020_2020;

/// Where a window stands, seen from the anchor that it belongs to.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Place {
    /// The folded window.
    pub(super) key: u32,
    pub(super) anchor: u16,
    /// From the beginning of the anchor; -1: it begins before it.
    pub(super) offset: i8,
    /// What the window must be after `fold` was set in it and all but `kept` was taken out.
    pub(super) exact: u32,
    pub(super) fold: u32,
    pub(super) kept: u32,
}

pub(super) fn fold(window: u32) -> u32 {
    window | FOLD as u32
}

/// All places of an anchor's windows; none if it is too short to be found.
pub(super) fn places(anchor: &Anchor, number: u16) -> Vec<Place> {
    let text = &anchor.text[..anchor.text.len().min(FIRST)];
    let mut places = Vec::new();
    for is_odd in [false, true] {
        match whole(text, is_odd) {
            Some(offset) => places.push(place(anchor, text, number, offset as i8, 0)),
            None => places.extend(lent(anchor, text, number, is_odd)),
        }
    }
    places
}

/// The offset of the window that other texts are least likely to contain.
fn whole(text: &[u8], is_odd: bool) -> Option<usize> {
    let windows = text.windows(WINDOW).enumerate().filter(|(offset, _)| (offset % 2 == 1) == is_odd);
    let rarest = windows.max_by_key(|(offset, window)| {
        let rarity = window.iter().map(|byte| rarity(*byte)).sum::<u32>();
        let key = window.first_chunk().map_or(0, |window| fold(u32::from_le_bytes(*window)));
        (RANKS.get(&key).map_or(usize::MAX, |rank| *rank), rarity, Reverse(*offset))
    });
    rarest.map(|(offset, _)| offset)
}

/// One window for each neighbour that the anchor may have, on the side where it has fewer.
fn lent(anchor: &Anchor, text: &[u8], number: u16, is_odd: bool) -> Vec<Place> {
    let mut sides: Vec<(i8, Vec<u8>)> = Vec::new();
    if text.len() >= WINDOW - 1 {
        if is_odd {
            sides.push((-1, distinct(|byte| may_stand_before(anchor, text, byte))));
        }
        let last = text.len() - (WINDOW - 1);
        if (last % 2 == 1) == is_odd {
            sides.push((last as i8, distinct(|byte| may_follow(anchor, text, byte))));
        }
    }
    let fewest = sides.into_iter().min_by_key(|(_, neighbours)| neighbours.len());
    let (offset, neighbours) = fewest.unwrap_or_default();
    neighbours.into_iter().map(|neighbour| place(anchor, text, number, offset, neighbour)).collect()
}

/// The window at `offset`; `neighbour` stands where the anchor does not reach.
fn place(anchor: &Anchor, text: &[u8], number: u16, offset: i8, neighbour: u8) -> Place {
    let (mut window, mut kept) = ([neighbour; WINDOW], [0; WINDOW]);
    for (at, byte) in window.iter_mut().enumerate() {
        let own = at.checked_add_signed(isize::from(offset)).and_then(|at| text.get(at));
        if let Some(own) = own {
            (*byte, kept[at]) = (*own, 0xff);
        }
    }
    let (window, kept) = (u32::from_le_bytes(window), u32::from_le_bytes(kept));
    let fold_bits = if anchor.ignore_case { FOLD as u32 } else { 0 };
    Place {
        key: fold(window),
        anchor: number,
        offset,
        exact: (window | fold_bits) & kept,
        fold: fold_bits,
        kept,
    }
}

/// One of each fold.
fn distinct(mut is_possible: impl FnMut(u8) -> bool) -> Vec<u8> {
    let mut folded: Vec<u8> =
        (0..=u8::MAX).filter(|byte| is_possible(*byte)).map(|byte| byte | 0x20).collect();
    folded.sort_unstable();
    folded.dedup();
    folded
}

fn may_stand_before(anchor: &Anchor, text: &[u8], byte: u8) -> bool {
    match anchor.begins() {
        Some(rule) if !rule.has_group => text.first().is_none_or(|first| boundary::may_precede(byte, *first)),
        _ => true,
    }
}

fn may_follow(anchor: &Anchor, text: &[u8], byte: u8) -> bool {
    match anchor.means {
        Means::Encoded => byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte),
        Means::Rule(_) => anchor.begins().is_none_or(|rule| rule.may_stand_at(text.len(), byte)),
    }
}

/// Folded windows by how often source code has them, the most frequent first: measured over three large
/// repositories of TypeScript, Rust, Python, Dart and Java.
pub(super) fn common() -> impl Iterator<Item = u32> {
    let lines = include_bytes!("common.txt").split(|byte| *byte == b'\n');
    lines.filter_map(|line| line.first_chunk()).map(|window| fold(u32::from_le_bytes(*window)))
}

static RANKS: LazyLock<HashMap<u32, usize>> = LazyLock::new(|| common().zip(0..).collect());

/// Roughly how rare a byte is in source code, from 1.
fn rarity(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b' ' | b'e' | b't' | b'-' | b'=' => 1,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => 2,
        b'c' | b'd' | b'l' | b'p' | b'u' | b'm' | b'.' | b'"' | b'/' => 3,
        b'f' | b'g' | b'h' | b'b' | b'v' | b'y' | b'0' | b'1' | b'_' | b':' => 4,
        b'w' | b'k' | b'x' => 5,
        _ => 6,
    }
}

//! One pass over the bytes for every anchor of every rule.
//!
//! Each anchor is represented by its rarest four bytes, folded to one case, in a bitmap of 2^17
//! bits that stays near the processor. Only where that bit is set is anything compared.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    ops::Range,
    sync::LazyLock,
};

use super::{
    boundary, encoded,
    rule::{RULES, Rule},
};

/// What an anchor at this place may be the beginning of.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Means {
    /// The rule with this index.
    Rule(u16),
    /// The Base64 form of something with an anchor.
    Encoded,
}

/// An anchor that was seen.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Seen {
    pub(super) start: usize,
    pub(super) means: Means,
}

struct Anchor {
    text: &'static [u8],
    ignore_case: bool,
    means: Means,
    /// Only where a match may begin: the rule of it.
    rule: Option<&'static Rule>,
}

struct Index {
    anchors: Vec<Anchor>,
    bitmap: Box<[u64; BITS / 64]>,
    /// Folded window → the anchors it may belong to, and where in them it stands.
    buckets: HashMap<u32, Vec<(u16, u8)>, BuildHasherDefault<Spread>>,
}

/// Spreads the keys of the buckets. They are our own, so nobody can make them collide.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, key: u32) {
        self.0 = (self.0 ^ u64::from(key)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

const BITS: usize = 1 << 17;
const WINDOW: usize = 4;

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

/// How far beyond its beginning an anchor may reach, the window that gives it away, and what is looked
/// at to tell whether a match can begin with it.
pub(super) const LONGEST: usize = 48;

/// Bytes searched before anchors are handed on, so that a hostile text fills no memory with them.
const BLOCK: usize = 1 << 20;

/// Calls `found` with all anchors of the bytes in the order of their beginnings, block by block.
pub(super) fn search(bytes: &[u8], mut found: impl FnMut(&[Seen])) {
    let mut block = Vec::new();
    for start in (0..bytes.len()).step_by(BLOCK) {
        block.clear();
        within(bytes, start..bytes.len().min(start + BLOCK), &mut block);
        found(&block);
    }
}

/// Appends the anchors that begin in the range and with which a match may begin, each once, in the
/// order of their beginnings.
pub(super) fn within(bytes: &[u8], range: Range<usize>, into: &mut Vec<Seen>) {
    INDEX.within(bytes, range, into);
}

impl Anchor {
    /// False where the pattern cannot match, so that nothing needs to be remembered of this place.
    fn may_begin(&self, bytes: &[u8], start: usize) -> bool {
        let Some(rule) = self.rule else { return true };
        rule.fits(bytes, start) && (rule.has_group || boundary::begins(bytes, start))
    }
}

impl Index {
    fn new() -> Self {
        let mut index =
            Self { anchors: Vec::new(), bitmap: Box::new([0; BITS / 64]), buckets: HashMap::default() };
        for (number, rule) in RULES.iter().enumerate() {
            for anchor in rule.anchors {
                index.add(anchor, Some(rule), Means::Rule(number as u16));
            }
        }
        for anchor in encoded::ANCHORS {
            index.add(anchor, None, Means::Encoded);
        }
        index
    }

    fn within(&self, bytes: &[u8], range: Range<usize>, into: &mut Vec<Seen>) {
        let first = into.len();
        let end = bytes.len().min(range.end.saturating_add(LONGEST));
        let Some(part) = bytes.get(range.start..end) else { return };
        // Eight windows are looked up before anything is decided: most are of no anchor.
        let mut at = 0;
        while let Some(bytes16) = part.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
            let both = u128::from_le_bytes(*bytes16) | u128::from(FOLD) << 64 | u128::from(FOLD);
            let (low, high) = (both as u64, (both >> 32) as u64);
            let keys = [low, low >> 8, low >> 16, low >> 24, high, high >> 8, high >> 16, high >> 24];
            let keys = keys.map(|key| key as u32);
            if keys.iter().fold(0, |any, key| any | self.bit(*key)) & 1 == 1 {
                for (offset, key) in keys.into_iter().enumerate() {
                    if self.bit(key) & 1 == 1 {
                        self.compare(bytes, range.start + at + offset, key, &range, into);
                    }
                }
            }
            at += keys.len();
        }
        for (offset, window) in part[at.min(part.len())..].windows(WINDOW).enumerate() {
            let [a, b, c, d] = *window else { continue };
            let key = fold(u32::from_le_bytes([a, b, c, d]));
            if self.bit(key) & 1 == 1 {
                self.compare(bytes, range.start + at + offset, key, &range, into);
            }
        }
        // A window may stand anywhere in its anchor, so what is found is only nearly in order.
        into[first..].sort_unstable();
        let mut last = None;
        let mut kept = first;
        for at in first..into.len() {
            if last != Some(into[at]) {
                last = Some(into[at]);
                into[kept] = into[at];
                kept += 1;
            }
        }
        into.truncate(kept);
    }

    fn add(&mut self, text: &'static str, rule: Option<&'static Rule>, means: Means) {
        let number = self.anchors.len() as u16;
        let text = text.as_bytes();
        let ignore_case = rule.is_some_and(|rule| rule.ignore_case);
        self.anchors.push(Anchor { text, ignore_case, means, rule: rule.filter(|rule| rule.back == 0) });
        if let [a, b, c] = *text {
            // Too short for a window: one for each byte that may continue it.
            for next in (b'0'..=b'9').chain(b'a'..=b'z').chain(*b"-_") {
                self.mark(u32::from_le_bytes([a, b, c, next]), number, 0);
            }
        } else if let Some((offset, window)) = rarest(text) {
            self.mark(window, number, offset as u8);
        }
    }

    fn mark(&mut self, window: u32, anchor: u16, offset: u8) {
        let key = fold(window);
        let bit = slot(key);
        self.bitmap[bit / 64] |= 1 << (bit % 64);
        let bucket = self.buckets.entry(key).or_default();
        if !bucket.contains(&(anchor, offset)) {
            bucket.push((anchor, offset));
        }
    }

    /// The bit of a key, and others above it.
    #[inline]
    fn bit(&self, key: u32) -> u64 {
        let bit = slot(key);
        self.bitmap[bit / 64] >> (bit % 64)
    }

    #[cold]
    fn compare(&self, bytes: &[u8], at: usize, key: u32, range: &Range<usize>, into: &mut Vec<Seen>) {
        let Some(bucket) = self.buckets.get(&key) else { return };
        for (number, offset) in bucket {
            let anchor = &self.anchors[usize::from(*number)];
            let Some(start) = at.checked_sub(usize::from(*offset)) else { continue };
            let Some(here) = bytes.get(start..start + anchor.text.len()) else { continue };
            let same =
                if anchor.ignore_case { here.eq_ignore_ascii_case(anchor.text) } else { here == anchor.text };
            if same && range.contains(&start) && anchor.may_begin(bytes, start) {
                into.push(Seen { start, means: anchor.means });
            }
        }
    }
}

/// The window that other texts are least likely to contain, with its place in the anchor.
fn rarest(text: &[u8]) -> Option<(usize, u32)> {
    let windows = text.windows(WINDOW).take(200).enumerate();
    let (offset, window) = windows.max_by_key(|(offset, window)| {
        (window.iter().map(|byte| rarity(*byte)).sum::<u32>(), std::cmp::Reverse(*offset))
    })?;
    let [a, b, c, d] = *window else { return None };
    Some((offset, u32::from_le_bytes([a, b, c, d])))
}

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

/// To one case. Other bytes are folded together too, which only costs a comparison.
fn fold(window: u32) -> u32 {
    window | FOLD as u32
}

const FOLD: u64 = 0x2020_2020_2020_2020;

/// The bit of a folded window (Fibonacci hashing).
fn slot(key: u32) -> usize {
    (key.wrapping_mul(0x9E37_79B1) >> 15) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_anchor_is_longer_than_what_is_searched_for_it() {
        assert!(RULES.iter().flat_map(|rule| rule.anchors).all(|anchor| anchor.len() < LONGEST));
    }

    #[test]
    fn nothing_longer_is_looked_at_than_is_copied_in_one_piece() {
        assert!(RULES.iter().all(|rule| rule.shape.len() < LONGEST));
    }

    #[test]
    fn every_anchor_is_seen_at_every_place() {
        let mut index = Index::new();
        index.anchors.iter_mut().for_each(|anchor| anchor.rule = None);
        for (number, rule) in RULES.iter().enumerate() {
            for anchor in rule.anchors {
                for before in ["", "x", "xyz="] {
                    let text = format!("{before}{anchor}0A");
                    let mut seen = Vec::new();
                    index.within(text.as_bytes(), 0..text.len(), &mut seen);
                    let means = Means::Rule(number as u16);
                    let own = Seen { start: before.len(), means };
                    assert!(seen.contains(&own), "{anchor} in {text}: {seen:?}");
                }
            }
        }
    }
}

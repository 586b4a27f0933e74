//! One pass over the bytes for every anchor of every rule.
//!
//! Each anchor is represented by its rarest four bytes, folded to one case, in a bitmap of 2^18
//! bits that stays near the processor. Only where that bit is set is anything compared.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

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
    /// Open addressing by folded window, so that most that pass the bitmap by chance stop here.
    windows: Box<[Slot; SLOTS]>,
    /// Sorted by their windows.
    places: Vec<Place>,
}

/// A folded window, and where its places are.
#[derive(Clone, Copy)]
struct Slot {
    key: u32,
    first: u16,
    /// 0: the slot is free.
    count: u16,
}

/// Where in an anchor its window stands.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
struct Place {
    key: u32,
    anchor: u16,
    offset: u8,
    /// What the window must be after `fold` was set in it and all but `kept` was taken out.
    exact: u32,
    fold: u32,
    kept: u32,
}

const BITS: usize = 1 << 18;
/// Several times the number of windows.
const SLOTS: usize = 1 << 13;
const WINDOW: usize = 4;
/// Windows that are looked up before anything is decided, and the bytes they take.
const STEP: usize = 13;
const CHUNK: usize = STEP + WINDOW - 1;

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

/// How far beyond its beginning an anchor may reach, the window that gives it away, and what is looked
/// at to tell whether a match can begin with it.
pub(super) const LONGEST: usize = 32;

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
    // Once a run: 96 KiB on the way to the heap, where their size must be known to the look-ups.
    #[allow(clippy::large_stack_arrays)]
    fn new() -> Self {
        let mut index = Self {
            anchors: Vec::new(),
            bitmap: Box::new([0; BITS / 64]),
            windows: Box::new([Slot { key: 0, first: 0, count: 0 }; SLOTS]),
            places: Vec::new(),
        };
        let common = COMMON.as_bytes().windows(WINDOW).filter_map(<[u8]>::first_chunk);
        let common: HashSet<u32> = common.map(|window| fold(u32::from_le_bytes(*window))).collect();
        for (number, rule) in RULES.iter().enumerate() {
            for anchor in rule.anchors {
                index.add(anchor, Some(rule), Means::Rule(number as u16), &common);
            }
        }
        for anchor in encoded::ANCHORS {
            index.add(anchor, None, Means::Encoded, &common);
        }
        index.connect();
        index
    }

    fn within(&self, bytes: &[u8], range: Range<usize>, into: &mut Vec<Seen>) {
        let first = into.len();
        let end = bytes.len().min(range.end.saturating_add(LONGEST));
        let Some(part) = bytes.get(range.start..end) else { return };
        let mut at = 0;
        while let Some(chunk) = part.get(at..).and_then(|rest| rest.first_chunk::<CHUNK>()) {
            if self.is_any(u128::from_le_bytes(*chunk)) {
                self.look(
                    bytes,
                    u128::from_le_bytes(*chunk),
                    range.start + at..range.start + at + STEP,
                    &range,
                    into,
                );
            }
            at += STEP;
        }
        let rest = part.get(at..).unwrap_or_default();
        if rest.len() >= WINDOW {
            let mut chunk = [0; CHUNK];
            chunk[..rest.len()].copy_from_slice(rest);
            let chunk = u128::from_le_bytes(chunk);
            if self.is_any(chunk) {
                let start = range.start + at;
                self.look(bytes, chunk, start..start + rest.len() - (WINDOW - 1), &range, into);
            }
        }
        if into.len() - first < 2 {
            return;
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

    /// May one of the windows of a chunk be that of an anchor? Written out, because this is where most
    /// of the time of a scan goes.
    #[inline]
    fn is_any(&self, chunk: u128) -> bool {
        let (low, middle, high) =
            (chunk as u64 | FOLD, (chunk >> 32) as u64 | FOLD, (chunk >> 64) as u64 | FOLD);
        let any = self.bit(low as u32)
            | self.bit((low >> 8) as u32)
            | self.bit((low >> 16) as u32)
            | self.bit((low >> 24) as u32)
            | self.bit((low >> 32) as u32)
            | self.bit((middle >> 8) as u32)
            | self.bit((middle >> 16) as u32)
            | self.bit((middle >> 24) as u32)
            | self.bit((middle >> 32) as u32)
            | self.bit((high >> 8) as u32)
            | self.bit((high >> 16) as u32)
            | self.bit((high >> 24) as u32)
            | self.bit((high >> 32) as u32);
        any & 1 == 1
    }

    /// The anchors whose windows begin in `places`, where the bytes of the chunk stand.
    #[inline(never)]
    fn look(
        &self,
        bytes: &[u8],
        mut chunk: u128,
        places: Range<usize>,
        range: &Range<usize>,
        into: &mut Vec<Seen>,
    ) {
        for at in places {
            let window = chunk as u32;
            let key = fold(window);
            if self.bit(key) & 1 == 1 {
                for place in self.places_of(key) {
                    if (window | place.fold) & place.kept == place.exact {
                        self.compare(bytes, at, *place, range, into);
                    }
                }
            }
            chunk >>= 8;
        }
    }

    fn places_of(&self, key: u32) -> &[Place] {
        let mut at = slot(key) % SLOTS;
        loop {
            let Slot { key: own, first, count } = self.windows[at];
            let first = usize::from(first);
            match count {
                0 => return &[],
                _ if own == key => return self.places.get(first..first + usize::from(count)).unwrap_or(&[]),
                _ => at = (at + 1) % SLOTS,
            }
        }
    }

    fn add(&mut self, text: &'static str, rule: Option<&'static Rule>, means: Means, common: &HashSet<u32>) {
        let anchor = self.anchors.len() as u16;
        let text = text.as_bytes();
        let ignore_case = rule.is_some_and(|rule| rule.ignore_case);
        self.anchors.push(Anchor { text, ignore_case, means, rule: rule.filter(|rule| rule.back == 0) });
        let folds = if ignore_case { FOLD as u32 } else { 0 };
        if let [a, b, c] = *text {
            // Too short for a window: one for each byte that may continue it.
            for next in (b'0'..=b'9').chain(b'a'..=b'z').chain(*b"-_") {
                let key = fold(u32::from_le_bytes([a, b, c, next]));
                let exact = (u32::from_le_bytes([a, b, c, 0]) | folds) & 0x00ff_ffff;
                self.places.push(Place { key, anchor, offset: 0, exact, fold: folds, kept: 0x00ff_ffff });
            }
        } else if let Some((offset, window)) = rarest(text, common) {
            let place = Place {
                key: fold(window),
                anchor,
                offset: offset as u8,
                exact: window | folds,
                fold: folds,
                kept: u32::MAX,
            };
            self.places.push(place);
        }
    }

    /// From windows to their places.
    fn connect(&mut self) {
        self.places.sort_unstable();
        self.places.dedup();
        let mut first = 0;
        for same in self.places.chunk_by(|one, other| one.key == other.key) {
            let Some(Place { key, .. }) = same.first().copied() else { continue };
            let bit = slot(key);
            self.bitmap[bit / 64] |= 1 << (bit % 64);
            let mut at = bit % SLOTS;
            while self.windows[at].count > 0 {
                at = (at + 1) % SLOTS;
            }
            self.windows[at] = Slot { key, first, count: same.len() as u16 };
            first += same.len() as u16;
        }
    }

    /// The bit of a key, and others above it.
    #[inline]
    fn bit(&self, key: u32) -> u64 {
        let bit = slot(key);
        self.bitmap[bit / 64] >> (bit % 64)
    }

    fn compare(&self, bytes: &[u8], at: usize, place: Place, range: &Range<usize>, into: &mut Vec<Seen>) {
        let anchor = &self.anchors[usize::from(place.anchor)];
        let Some(start) = at.checked_sub(usize::from(place.offset)) else { return };
        let Some(here) = bytes.get(start..start + anchor.text.len()) else { return };
        let same =
            if anchor.ignore_case { here.eq_ignore_ascii_case(anchor.text) } else { here == anchor.text };
        if same && range.contains(&start) && anchor.may_begin(bytes, start) {
            into.push(Seen { start, means: anchor.means });
        }
    }
}

/// The window that other texts are least likely to contain, with its place in the anchor.
fn rarest(text: &[u8], common: &HashSet<u32>) -> Option<(usize, u32)> {
    let windows = text.windows(WINDOW).take(200).enumerate();
    let (offset, window) = windows.max_by_key(|(offset, window)| {
        let rarity = window.iter().map(|byte| rarity(*byte)).sum::<u32>();
        let is_rare =
            window.first_chunk().is_none_or(|window| !common.contains(&fold(u32::from_le_bytes(*window))));
        (is_rare, rarity, std::cmp::Reverse(*offset))
    })?;
    let [a, b, c, d] = *window else { return None };
    Some((offset, u32::from_le_bytes([a, b, c, d])))
}

/// Words that every source is full of, and their neighbours: no anchor is looked for by a part of them
/// if it has another.
const COMMON: &str = "\
    path https://github.com/ workspace network framework worker false else session expression mission \
    permission stream upstream pass passed compass export expose expect exports space namespace \
    replace email mailto word keyword password author authorization authenticate global crypto \
    cryptographic encrypt version conversion function action option section ion.key link linked class \
    classes push pushed example sample simple template entry sentry country mark marker market benchmark \
    token tokens broken given live drive archive receive signal original private privilege convert \
    conversation begin beginning target attach stack application apply happen thing something nothing \
    loop project program programming programs figure combine binary language generate generator \
    gets widget budget service services device plain explain key.keys api. apis map discard discuss \
    railway always seek week audio studio secret switch with which cloud include ability stability \
    available capability notify identify desktop book facebook circle circumstance cookie cook post \
    position possible payload parse park spark crowd crow server serve first string description \
    return const import default interface type undefined object value values number result process \
    content context console component module require method message response request config \
    element document event error async await promise public static final extends implements \
    boolean array length index name names file files filename directory buffer data date update \
    code node deno test tests testing assert equal true null this that then when from into local \
    locale global.variable write writer read reader client connect connection database table column \
    license copyright software ../src/lib/main /usr/bin/env std::io:: -> => === !== && || :// = {} \
    resolve resolver remote handler handle callback listener window width height style color \
    background border margin padding display button input label title header footer ----------- ===========\
    ___ aaaa 0000 1111 \\n\\n     ";

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
#[inline]
fn slot(key: u32) -> usize {
    (key.wrapping_mul(0x9E37_79B1) >> 14) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_room() {
        let windows = INDEX.windows.iter().filter(|slot| slot.count > 0).count();
        assert!(windows * 3 < SLOTS, "{windows} windows");
    }

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

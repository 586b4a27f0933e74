//! One pass over the bytes for every anchor of every rule.
//!
//! Each anchor is represented by its rarest four bytes, folded to one case, in a bitmap that stays
//! near the processor; in fact twice, so that it is enough to look at every second byte. Only where
//! the bit is set is anything compared.

mod table;
mod window;

use std::{ops::Range, sync::LazyLock};

use self::{
    table::Table,
    window::{FIRST, FOLD, Place, WINDOW, fold, places},
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
}

struct Index {
    anchors: Vec<Anchor>,
    table: Table,
}

/// Windows that are looked up before anything is decided: at every second byte of so many.
const STEP: usize = 18;
const CHUNK: usize = STEP + WINDOW - 2;

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

/// How far beyond the beginning of an anchor one looks to tell that it is one, and that a match may
/// begin with it. Behind that an attempt decides.
pub(super) const LONGEST: usize = FIRST;

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
    fn beginning(&self) -> &'static [u8] {
        &self.text[..self.text.len().min(FIRST)]
    }

    /// The rule whose match begins with this anchor.
    fn begins(&self) -> Option<&'static Rule> {
        match self.means {
            Means::Rule(number) => RULES.get(usize::from(number)).filter(|rule| rule.back == 0),
            Means::Encoded => None,
        }
    }

    /// False where the pattern cannot match, so that nothing needs to be remembered of this place.
    fn may_begin(&self, bytes: &[u8], start: usize) -> bool {
        let Some(rule) = self.begins() else { return true };
        rule.may_fit(bytes, start, LONGEST) && (rule.has_group || boundary::begins(bytes, start))
    }
}

impl Index {
    fn new() -> Self {
        let mut anchors = Vec::new();
        for (number, rule) in RULES.iter().enumerate() {
            anchors.extend(rule.anchors.iter().map(|anchor| Anchor {
                text: anchor.as_bytes(),
                ignore_case: rule.ignore_case,
                means: Means::Rule(number as u16),
            }));
        }
        anchors.extend(encoded::ANCHORS.iter().map(|anchor| Anchor {
            text: anchor.as_bytes(),
            ignore_case: false,
            means: Means::Encoded,
        }));
        let places = anchors.iter().zip(0..).flat_map(|(anchor, number)| places(anchor, number));
        let table = Table::new(places.collect());
        Self { anchors, table }
    }

    fn within(&self, bytes: &[u8], range: Range<usize>, into: &mut Vec<Seen>) {
        let first = into.len();
        // A window may begin one byte before its anchor. At the beginning of the text none can, and
        // there the even windows are looked up.
        let mut at = range.start.saturating_sub(1);
        // Behind that no window of an anchor in the range begins.
        let end = bytes.len().min(range.end.saturating_add(LONGEST - WINDOW));
        while at < end {
            if let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
                let thirds = self.thirds(chunk);
                if thirds.iter().fold(0, |any, third| any | third) & 1 == 1 {
                    self.look(bytes, chunk, thirds, at, &range, into);
                }
            } else {
                // What stands behind the end of the text is found to be so when it is compared.
                let chunk = padded(bytes.get(at..).unwrap_or_default());
                self.look(bytes, &chunk, self.thirds(&chunk), at, &range, into);
            }
            at += STEP;
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

    /// Bit 0 of each: may one of the three windows in this third of the chunk be that of an anchor?
    /// Written out, because this is where most of the time of a scan goes.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that the table's address stays in a register
    fn thirds(&self, chunk: &[u8; CHUNK]) -> [u64; 3] {
        // Eight bytes each, with three windows; they overlap by two bytes.
        let word = |word: Option<&[u8; 8]>| word.map_or(0, |word| u64::from_le_bytes(*word) | FOLD);
        let (low, middle, high) =
            (word(chunk.first_chunk()), word(chunk[6..].first_chunk()), word(chunk[12..].first_chunk()));
        let bit = |word: u64| self.table.bit(word as u32);
        [
            bit(low) | bit(low >> 16) | bit(low >> 32),
            bit(middle) | bit(middle >> 16) | bit(middle >> 32),
            bit(high) | bit(high >> 16) | bit(high >> 32),
        ]
    }

    /// The anchors whose windows begin at every second byte of a chunk, which stands at `start`.
    #[inline(never)]
    fn look(
        &self,
        bytes: &[u8],
        chunk: &[u8; CHUNK],
        thirds: [u64; 3],
        start: usize,
        range: &Range<usize>,
        into: &mut Vec<Seen>,
    ) {
        for third in thirds.iter().zip([0, 6, 12]).filter(|(bit, _)| *bit & 1 == 1).map(|(_, at)| at) {
            for at in [third, third + 2, third + 4] {
                let window = chunk[at..].first_chunk().map_or(0, |window| u32::from_le_bytes(*window));
                let key = fold(window);
                if self.table.bit(key) & 1 == 1 {
                    for place in self.table.places_of(key) {
                        if (window | place.fold) & place.kept == place.exact {
                            self.compare(bytes, start + at, *place, range, into);
                        }
                    }
                }
            }
        }
    }

    fn compare(&self, bytes: &[u8], at: usize, place: Place, range: &Range<usize>, into: &mut Vec<Seen>) {
        let anchor = &self.anchors[usize::from(place.anchor)];
        let Some(start) = at.checked_add_signed(-isize::from(place.offset)) else { return };
        let text = anchor.beginning();
        let Some(here) = bytes.get(start..start + text.len()) else { return };
        let same = if anchor.ignore_case { here.eq_ignore_ascii_case(text) } else { here == text };
        if same && range.contains(&start) && anchor.may_begin(bytes, start) {
            into.push(Seen { start, means: anchor.means });
        }
    }
}

fn padded(rest: &[u8]) -> [u8; CHUNK] {
    let mut chunk = [0; CHUNK];
    chunk.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    chunk
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_room() {
        let (windows, slots) = INDEX.table.used();
        assert!(windows * 2 < slots, "{windows} windows");
    }

    #[test]
    fn every_anchor_is_seen_at_every_place() {
        // What stands before an anchor and behind it, so that a match may begin there.
        for rule in &RULES {
            for anchor in rule.anchors {
                let after: Vec<u8> = (anchor.len()..rule.shape.len().max(anchor.len() + 4))
                    .map(|at| (b'0'..=b'z').find(|byte| rule.may_stand_at(at, *byte)).unwrap_or(b'0'))
                    .collect();
                for before in ["", "=", " \"", "xyz=", "ab: '"] {
                    let text = [before.as_bytes(), anchor.as_bytes(), &after].concat();
                    let mut seen = Vec::new();
                    INDEX.within(&text, 0..text.len(), &mut seen);
                    let is_seen = seen.iter().any(|seen| {
                        let Means::Rule(number) = seen.means else { return false };
                        RULES[usize::from(number)].id == rule.id && seen.start == before.len()
                    });
                    // An anchor in the alternative of another spelling cannot begin a match alone.
                    let may_begin = rule.may_fit(&text, before.len(), LONGEST) || rule.back > 0;
                    assert!(is_seen || !may_begin, "{anchor} of {} in {text:?}: {seen:?}", rule.id);
                }
            }
        }
    }

    #[test]
    fn a_part_of_a_text_is_searched_as_the_whole_is() {
        let lines = RULES.iter().flat_map(|rule| rule.anchors).map(|anchor| format!("\"{anchor}9xA_-\"\n"));
        let text: Vec<u8> = lines.collect::<String>().into_bytes();
        let mut whole = Vec::new();
        within(&text, 0..text.len(), &mut whole);
        assert!(whole.len() > 300);
        for step in [1, 7, 64, 1_000] {
            let mut parts = Vec::new();
            for start in (0..text.len()).step_by(step) {
                within(&text, start..text.len().min(start + step), &mut parts);
            }
            assert_eq!(parts, whole, "in steps of {step}");
        }
    }
}

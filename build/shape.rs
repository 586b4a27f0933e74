//! What the first bytes of a match can be, place by place: behind most anchors stands something that
//! no match has, and a look at these bytes tells.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Places that are told.
const PLACES: usize = 24;

/// A set of bytes.
pub(crate) type Bytes = [u64; 4];

/// Beginnings of everything that a pattern matches.
#[derive(Clone)]
struct Prefix {
    /// By place: what may stand there.
    sets: [Bytes; PLACES],
    /// Bit n: a match may be n bytes long; the last: or longer.
    ends: u32,
}

/// For each of the first places that every match reaches, the bytes that a match may have there.
pub(crate) fn shape(pattern: &str) -> Vec<Bytes> {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    // A wrong pattern is refused elsewhere.
    let Ok(parsed) = parser.parse(pattern) else { return Vec::new() };
    let prefix = prefix(&parsed);
    let mut sets = prefix.sets[..prefix.ends.trailing_zeros().min(PLACES as u32) as usize].to_vec();
    while sets.last().is_some_and(|set| *set == [u64::MAX; 4]) {
        sets.pop();
    }
    sets
}

/// Every byte that some match has anywhere; all of them where that cannot be told.
pub(crate) fn alphabet(pattern: &str) -> Bytes {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    let mut all = [0; 4];
    let is_told = parser.parse(pattern).is_ok_and(|parsed| collect(&parsed, &mut all));
    if is_told { all } else { [u64::MAX; 4] }
}

/// False where a pattern has classes of anything but bytes. An assertion looks one byte further than
/// what it stands behind, and no more.
fn collect(pattern: &Hir, into: &mut Bytes) -> bool {
    let mut add = |bytes: std::ops::RangeInclusive<u8>| {
        bytes.for_each(|byte| into[usize::from(byte / 64)] |= 1 << (byte % 64));
    };
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Class(Class::Unicode(_)) => false,
        HirKind::Literal(literal) => {
            literal.0.iter().for_each(|byte| add(*byte..=*byte));
            true
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().iter().for_each(|range| add(range.start()..=range.end()));
            true
        }
        HirKind::Capture(group) => collect(&group.sub, into),
        HirKind::Repetition(repeated) => collect(&repeated.sub, into),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(|part| collect(part, into)),
    }
}

fn prefix(pattern: &Hir) -> Prefix {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => Prefix::EMPTY,
        HirKind::Literal(literal) => {
            let bytes = literal.0.iter().map(|byte| Prefix::one(std::iter::once((*byte, *byte))));
            bytes.fold(Prefix::EMPTY, |all, byte| all.then(&byte))
        }
        HirKind::Class(Class::Bytes(class)) => {
            Prefix::one(class.ranges().iter().map(|range| (range.start(), range.end())))
        }
        // Only ASCII without Unicode, where it is a class of bytes; else anything of any length.
        HirKind::Class(Class::Unicode(_)) => Prefix { sets: [[u64::MAX; 4]; PLACES], ends: u32::MAX },
        HirKind::Capture(group) => prefix(&group.sub),
        HirKind::Concat(parts) => parts.iter().fold(Prefix::EMPTY, |all, part| all.then(&prefix(part))),
        HirKind::Alternation(parts) => parts.iter().fold(Prefix::NONE, |all, part| all.or(&prefix(part))),
        HirKind::Repetition(repeated) => {
            // More repetitions change nothing in the places that are told.
            let most = PLACES as u32 + 1;
            let (min, max) = (repeated.min.min(most), repeated.max.map_or(most, |max| max.min(most)));
            let each = prefix(&repeated.sub);
            let (mut all, mut now) = (Prefix::NONE, Prefix::EMPTY);
            for count in 0..=max {
                if count >= min {
                    all = all.or(&now);
                }
                now = now.then(&each);
            }
            all
        }
    }
}

impl Prefix {
    /// Of the empty text.
    const EMPTY: Self = Self { sets: [[0; 4]; PLACES], ends: 1 };
    /// Of nothing at all.
    const NONE: Self = Self { sets: [[0; 4]; PLACES], ends: 0 };

    fn one(ranges: impl Iterator<Item = (u8, u8)>) -> Self {
        let mut one = Self { ends: 0b10, ..Self::EMPTY };
        for byte in ranges.flat_map(|(first, last)| first..=last) {
            one.sets[0][usize::from(byte / 64)] |= 1 << (byte % 64);
        }
        one
    }

    fn or(mut self, other: &Self) -> Self {
        for (set, more) in self.sets.iter_mut().zip(&other.sets) {
            join(set, more);
        }
        self.ends |= other.ends;
        self
    }

    fn then(mut self, next: &Self) -> Self {
        let lengths = std::mem::take(&mut self.ends);
        for length in (0..=PLACES).filter(|length| lengths & 1 << length != 0) {
            for (set, more) in self.sets[length..].iter_mut().zip(&next.sets) {
                join(set, more);
            }
            for more in (0..=PLACES).filter(|more| next.ends & 1 << more != 0) {
                self.ends |= 1 << (length + more).min(PLACES);
            }
        }
        self
    }
}

fn join(set: &mut Bytes, more: &Bytes) {
    for (word, more) in set.iter_mut().zip(more) {
        *word |= more;
    }
}

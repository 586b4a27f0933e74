//! From four bytes of a text to the anchors they may belong to.

use super::window::{Place, common};

/// Bits of the first table: what stays close to the processor, and still has few that are set.
const BITS: usize = 1 << 20;
/// Several times the number of windows.
const SLOTS: usize = 1 << 15;
/// Factors that are tried.
const TRIES: u32 = 32;

pub(super) struct Table {
    /// Spreads windows over the bits (Fibonacci hashing).
    factor: u32,
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

impl Table {
    // Once a run: on the way to the heap, where their size must be known to the look-ups.
    #[allow(clippy::large_stack_arrays)]
    pub(super) fn new(mut places: Vec<Place>) -> Self {
        places.sort_unstable();
        places.dedup();
        let mut keys: Vec<u32> = places.iter().map(|place| place.key).collect();
        keys.dedup();
        let mut table = Self {
            factor: factor(&keys),
            bitmap: Box::new([0; BITS / 64]),
            windows: Box::new([Slot { key: 0, first: 0, count: 0 }; SLOTS]),
            places: Vec::new(),
        };
        let mut first = 0;
        for same in places.chunk_by(|one, other| one.key == other.key) {
            let Some(Place { key, .. }) = same.first().copied() else { continue };
            let bit = table.slot(key);
            table.bitmap[bit / 64] |= 1 << (bit % 64);
            let mut at = bit % SLOTS;
            while table.windows[at].count > 0 {
                at = (at + 1) % SLOTS;
            }
            table.windows[at] = Slot { key, first, count: same.len() as u16 };
            first += same.len() as u16;
        }
        table.places = places;
        table
    }

    #[inline(always)]
    #[allow(clippy::inline_always)] // see `bit`
    fn slot(&self, key: u32) -> usize {
        slot(key, self.factor)
    }

    /// Bit 0: may there be places of this folded window? The bits above it mean nothing.
    #[inline(always)]
    #[allow(clippy::inline_always)] // three instructions, run for every second byte that is searched
    pub(super) fn bit(&self, key: u32) -> u64 {
        let bit = self.slot(key);
        self.bitmap[bit / 64] >> (bit % 64)
    }

    pub(super) fn places_of(&self, key: u32) -> &[Place] {
        let mut at = self.slot(key) % SLOTS;
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

    /// How full the table is.
    #[cfg(test)]
    pub(super) fn used(&self) -> (usize, usize) {
        (self.windows.iter().filter(|slot| slot.count > 0).count(), SLOTS)
    }
}

/// Of some factors the one that puts fewest common windows upon bits that are not theirs.
fn factor(keys: &[u32]) -> u32 {
    let cost = |factor: &u32| {
        let mut is_set = vec![false; BITS];
        for key in keys {
            is_set[slot(*key, *factor)] = true;
        }
        let strays = common().enumerate().filter(|(_, window)| keys.binary_search(window).is_err());
        // The n-th most frequent is met about one n-th as often as the first.
        let weight = |(rank, window): (usize, u32)| {
            if is_set[slot(window, *factor)] { 1_000_000 / (rank + 30) } else { 0 }
        };
        strays.map(weight).sum::<usize>()
    };
    let factors = (0..TRIES).map(|number: u32| 0x9E37_79B1_u32.wrapping_mul(2 * number + 1));
    factors.min_by_key(cost).unwrap_or(0x9E37_79B1)
}

#[inline(always)]
#[allow(clippy::inline_always)] // see `bit`
fn slot(key: u32, factor: u32) -> usize {
    (key.wrapping_mul(factor) >> (32 - BITS.trailing_zeros())) as usize
}

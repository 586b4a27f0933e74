//! Tables whose keys are numbers that we gave out ourselves, so that nobody can make them collide.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

/// A table by number.
pub(super) type Numbered<V, K = u32> = HashMap<K, V, BuildHasherDefault<Mix>>;

/// A set of numbers.
pub(super) type Numbers = HashSet<u32, BuildHasherDefault<Mix>>;

/// One multiplication a number (Fibonacci hashing).
#[derive(Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0.rotate_left(29) ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        // The table looks at the lowest bits and the highest; the product is mixed best in its middle.
        self.0.rotate_left(26)
    }
}

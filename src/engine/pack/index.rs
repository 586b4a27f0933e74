//! The index of a pack (`.idx`, version 2): object ids and where they begin.

use std::cmp::Ordering;

use super::PackError;

/// A parsed index: ids in their own order, and offsets to match.
#[derive(Clone, Debug)]
pub struct Index {
    /// Bytes of an id: 20 for SHA-1, 32 for SHA-256.
    pub id_len: usize,
    ids: Vec<u8>,
    offsets: Vec<u64>,
    /// Where the ids with each first byte begin, and the end.
    firsts: Vec<u32>,
}

const MAGIC: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];
const FANOUT: usize = 256 * 4;

impl Index {
    /// Reads an index; `id_len` is that of the repository's hash.
    pub fn parse(bytes: &[u8], id_len: usize) -> Result<Self, PackError> {
        let body = bytes.strip_prefix(&MAGIC).ok_or(PackError::NotAnIndex)?;
        let (fanout, tables) = body.split_at_checked(FANOUT).ok_or(PackError::Short("the fan-out table"))?;
        let count = be32(&fanout[FANOUT - 4..]) as usize;
        let size = |each: usize| count.checked_mul(each).ok_or(PackError::NotAnIndex);
        let (ids, rest) = tables.split_at_checked(size(id_len)?).ok_or(PackError::Short("the ids"))?;
        let (_crc, rest) = rest.split_at_checked(size(4)?).ok_or(PackError::Short("the checksums"))?;
        let (small, large) = rest.split_at_checked(size(4)?).ok_or(PackError::Short("the offsets"))?;
        let offset = |entry: &[u8]| -> Result<u64, PackError> {
            let word = be32(entry);
            if word & 0x8000_0000 == 0 {
                return Ok(u64::from(word));
            }
            // The high bit sends to the table of 64-bit offsets, for packs beyond 2 GiB.
            let start = (word & 0x7fff_ffff) as usize * 8;
            let entry = large.get(start..start + 8).ok_or(PackError::Short("the large offsets"))?;
            Ok(u64::from(be32(entry)) << 32 | u64::from(be32(&entry[4..])))
        };
        let offsets = small.chunks_exact(4).map(offset).collect::<Result<_, _>>()?;
        Ok(Self { id_len, ids: ids.to_vec(), offsets, firsts: firsts(ids, id_len) })
    }

    pub fn len(&self) -> usize {
        self.offsets.len()
    }

    pub fn is_empty(&self) -> bool {
        self.offsets.is_empty()
    }

    /// The id of the object at a position of the index.
    pub fn id(&self, position: usize) -> Option<&[u8]> {
        self.ids.get(position * self.id_len..(position + 1) * self.id_len)
    }

    pub fn offset(&self, position: usize) -> Option<u64> {
        self.offsets.get(position).copied()
    }

    /// The position of an id. Ids are sorted hashes, so that where one stands is nearly known from
    /// its own value: two guesses, then steps from there that double, then binary search between the
    /// last two; whatever the ids are.
    pub fn find(&self, id: &[u8]) -> Option<usize> {
        let first = usize::from(*id.first()?);
        let (mut low, mut high) = (*self.firsts.get(first)? as usize, *self.firsts.get(first + 1)? as usize);
        let part = u64::from(be32(id.get(1..5)?));
        let spread = (high - low) as u64;
        let mut guess = low + ((spread * part) >> 32) as usize;
        let (mut guesses, mut step) = (0, 1);
        while low < high {
            let at = guess.clamp(low, high - 1);
            let here = self.id(at)?;
            let order = compared(here, id);
            match order {
                Ordering::Equal => return Some(at),
                Ordering::Less => low = at + 1,
                Ordering::Greater => high = at,
            }
            guesses += 1;
            if guesses == 1 {
                // The second guess is made from how far off the first was.
                let off = ((part.abs_diff(u64::from(be32(here.get(1..5)?))) * spread) >> 32) as usize;
                guess = if order == Ordering::Less { at + off } else { at.saturating_sub(off) };
            } else if guesses < 8 {
                guess = if order == Ordering::Less { at + step } else { at.saturating_sub(step) };
                step *= 2;
            } else {
                guess = usize::midpoint(low, high);
            }
        }
        None
    }
}

/// Eight bytes decide nearly always.
fn compared(one: &[u8], other: &[u8]) -> Ordering {
    let head = |id: &[u8]| id.first_chunk::<8>().map(|head| u64::from_be_bytes(*head));
    head(one).cmp(&head(other)).then_with(|| one.cmp(other))
}

/// Counted from the ids themselves, so that a fan-out table that lies hides nothing.
fn firsts(ids: &[u8], id_len: usize) -> Vec<u32> {
    let mut firsts = vec![0_u32; 257];
    for id in ids.chunks_exact(id_len) {
        firsts[usize::from(id[0]) + 1] += 1;
    }
    for byte in 1..firsts.len() {
        firsts[byte] += firsts[byte - 1];
    }
    firsts
}

fn be32(bytes: &[u8]) -> u32 {
    bytes.first_chunk::<4>().map_or(0, |word| u32::from_be_bytes(*word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_however_they_are_spread() {
        let hash = |seed: u32| crc32fast::hash(&seed.to_le_bytes()).to_be_bytes();
        let even: Vec<[u8; 4]> = (0..5_000).map(hash).collect();
        let odd = (0..3_000_u32).map(|seed| [7, 7, (seed >> 8) as u8, seed as u8]);
        for heads in [even.clone(), odd.collect(), Vec::new(), vec![[9; 4]]] {
            let mut ids: Vec<Vec<u8>> = heads.iter().map(|head| head.repeat(5)).collect();
            ids.sort_unstable();
            ids.dedup();
            let all = ids.concat();
            let (offsets, firsts) = (vec![0; ids.len()], firsts(&all, 20));
            let index = Index { id_len: 20, ids: all, offsets, firsts };
            for (position, id) in ids.iter().enumerate() {
                assert_eq!(index.find(id), Some(position));
            }
            for head in &even {
                let other = [&head.repeat(4)[..], &[1, 2, 3, 4]].concat();
                assert_eq!(index.find(&other), ids.iter().position(|id| *id == other));
            }
        }
    }
}

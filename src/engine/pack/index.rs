//! The index of a pack (`.idx`, version 2): object ids and where they begin.

use std::cmp::Ordering;

use super::PackError;

/// A parsed index: ids in their own order, and offsets to match.
#[derive(Clone, Debug)]
pub struct Index {
    /// Bytes of an id: 20 for SHA-1, 32 for SHA-256.
    pub id_len: usize,
    ids: Vec<u8>,
    /// Bytes two to nine of each id: eight on a line of memory instead of three ids.
    heads: Vec<u64>,
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
        Ok(Self {
            id_len,
            ids: ids.to_vec(),
            heads: heads(ids, id_len),
            offsets,
            firsts: firsts(ids, id_len),
        })
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

    /// The position of an id.
    pub fn find(&self, id: &[u8]) -> Option<usize> {
        self.find_by_head(id).filter(|position| self.id(*position) == Some(id))
    }

    /// The position of an id that is one of the index, or shares its first nine bytes with none. The
    /// rest of it lies elsewhere in memory, and is not looked at where that need not be told.
    pub fn find_by_head(&self, id: &[u8]) -> Option<usize> {
        let first = usize::from(*id.first()?);
        let (low, high) = (*self.firsts.get(first)? as usize, *self.firsts.get(first + 1)? as usize);
        let head = be64(id.get(1..)?)?;
        let heads = self.heads.get(low..high)?;
        let start = lower_bound(heads, head);
        match heads.get(start..)? {
            [here, next, ..] if *here == head && *next == head => {}
            [here, ..] if *here == head => return Some(low + start),
            _ => return None,
        }
        // Several ids with the same nine bytes: a hostile index.
        let count = heads[start..].partition_point(|other| *other == head);
        let (mut from, mut to) = (low + start, low + start + count);
        while from < to {
            let at = usize::midpoint(from, to);
            match self.id(at)?.cmp(id) {
                Ordering::Equal => return Some(at),
                Ordering::Less => from = at + 1,
                Ordering::Greater => to = at,
            }
        }
        None
    }
}

/// Where the first head that is not below this one stands. They are sorted hashes, so that where one
/// stands is nearly known from its own value: two guesses, then steps from there that double, then
/// binary search between the last two; whatever the heads are.
fn lower_bound(heads: &[u64], head: u64) -> usize {
    let (mut low, mut high) = (0, heads.len());
    let place = |value: u64| ((heads.len() as u64 * (value >> 32)) >> 32) as usize;
    let mut guess = place(head);
    let (mut guesses, mut step) = (0, 4);
    while low < high {
        let at = guess.clamp(low, high - 1);
        let here = heads[at];
        let is_below = here < head;
        if is_below {
            low = at + 1;
        } else {
            high = at;
        }
        guesses += 1;
        let off = match guesses {
            // The second guess is made from how far off the first was.
            1 => place(here.abs_diff(head)),
            2..8 => {
                step *= 2;
                step / 2
            }
            _ => {
                guess = usize::midpoint(low, high);
                continue;
            }
        };
        guess = if is_below { at + off } else { at.saturating_sub(off) };
    }
    low
}

fn heads(ids: &[u8], id_len: usize) -> Vec<u64> {
    ids.chunks_exact(id_len).map(|id| be64(&id[1..]).unwrap_or(0)).collect()
}

fn be64(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk::<8>().map(|word| u64::from_be_bytes(*word))
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
        for spread in [even.clone(), odd.collect(), Vec::new(), vec![[9; 4]]] {
            let mut ids: Vec<Vec<u8>> = spread.iter().map(|head| head.repeat(5)).collect();
            ids.sort_unstable();
            ids.dedup();
            let all = ids.concat();
            let (offsets, firsts, heads) = (vec![0; ids.len()], firsts(&all, 20), heads(&all, 20));
            let index = Index { id_len: 20, ids: all, heads, offsets, firsts };
            for (position, id) in ids.iter().enumerate() {
                assert_eq!(index.find(id), Some(position));
            }
            for head in &even {
                let other = [&head.repeat(4)[..], &[1, 2, 3, 4]].concat();
                assert_eq!(index.find(&other), ids.iter().position(|id| *id == other));
            }
        }
    }

    #[test]
    fn ids_with_the_same_beginning_are_told_apart() {
        let id = |last: u8| [vec![7; 12], vec![last; 8]].concat();
        let ids: Vec<Vec<u8>> = [1, 3, 5].map(id).into();
        let all = ids.concat();
        let (offsets, firsts, heads) = (vec![0; 3], firsts(&all, 20), heads(&all, 20));
        let index = Index { id_len: 20, ids: all, heads, offsets, firsts };
        for (position, id) in ids.iter().enumerate() {
            assert_eq!((index.find(id), index.find_by_head(id)), (Some(position), Some(position)));
        }
        assert_eq!(index.find(&id(4)), None);
    }
}

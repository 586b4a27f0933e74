//! One entry of a pack: its header, and its data inflated.

use std::cell::RefCell;

use super::PackError;

/// What an object is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    Commit,
    Tree,
    Blob,
    Tag,
}

/// An entry's header.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Entry {
    Whole {
        kind: Kind,
    },
    /// A delta against an earlier entry, by its absolute offset.
    OffsetDelta {
        base: u64,
    },
    /// A delta against an object by id, in this pack or elsewhere.
    RefDelta {
        base: Vec<u8>,
    },
}

impl Entry {
    /// Reads the header at `offset`: the entry, the size of its inflated data, and where the
    /// compressed data begins.
    pub fn parse(pack: &[u8], offset: u64, id_len: usize) -> Result<(Self, u64, usize), PackError> {
        let short = PackError::Short("an object's header");
        let start = usize::try_from(offset).map_err(|_| short.clone())?;
        let mut input = pack.get(start..).ok_or(short.clone())?.iter().copied();
        let mut at = start;
        let mut next = || {
            at += 1;
            input.next().ok_or(PackError::Short("an object's header"))
        };
        let first = next()?;
        let mut size = u64::from(first & 0x0f);
        let (mut shift, mut byte) = (4_u32, first);
        while byte & 0x80 != 0 {
            byte = next()?;
            let part = u64::from(byte & 0x7f);
            size |= part.checked_shl(shift).filter(|_| shift < 57).ok_or(PackError::Damaged(offset))?;
            shift += 7;
        }
        let entry = match (first >> 4) & 7 {
            1 => Self::Whole { kind: Kind::Commit },
            2 => Self::Whole { kind: Kind::Tree },
            3 => Self::Whole { kind: Kind::Blob },
            4 => Self::Whole { kind: Kind::Tag },
            6 => {
                // Big-endian groups of seven bits, each but the first counted from one.
                let mut byte = next()?;
                let mut back = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = next()?;
                    back = back
                        .checked_add(1)
                        .and_then(|back| back.checked_mul(128))
                        .and_then(|back| back.checked_add(u64::from(byte & 0x7f)))
                        .ok_or(PackError::Damaged(offset))?;
                }
                let base = offset.checked_sub(back).filter(|_| back > 0);
                Self::OffsetDelta { base: base.ok_or(PackError::BaseMissing(offset))? }
            }
            7 => {
                let id = pack.get(at..at + id_len).ok_or(short)?;
                at += id_len;
                Self::RefDelta { base: id.to_vec() }
            }
            other => return Err(PackError::UnknownType(offset, other)),
        };
        Ok((entry, size, at))
    }
}

thread_local! {
    // Setting up a decompressor costs more than most objects; each thread keeps its own.
    static INFLATE: RefCell<libdeflater::Decompressor> = RefCell::new(libdeflater::Decompressor::new());
}

/// Inflates exactly `size` bytes into `out`, in place of what it held.
pub(super) fn inflate(data: &[u8], size: usize, offset: u64, out: &mut Vec<u8>) -> Result<(), PackError> {
    // Only what it grows by is zeroed: the rest is written over.
    out.resize(size, 0);
    let result = INFLATE.with(|inflate| inflate.borrow_mut().zlib_decompress(data, out));
    match result {
        Ok(written) if written == size => Ok(()),
        _ => Err(PackError::Damaged(offset)),
    }
}

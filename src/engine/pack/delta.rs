//! Deltas: instructions to build an object from another (gitformat-pack(5), "Deltified
//! representation").

/// One instruction.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Instruction<'a> {
    /// Copy from the base.
    Copy { from: usize, count: usize },
    /// Insert these bytes.
    Insert(&'a [u8]),
}

/// A piece of an object that was copied from its base. Pieces that follow each other in both are one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Copied {
    pub from: usize,
    pub to: usize,
    pub count: usize,
}

/// A delta, checked against nothing yet.
#[derive(Clone, Copy, Debug)]
pub struct Delta<'a> {
    pub base_size: u64,
    pub result_size: u64,
    instructions: &'a [u8],
}

impl<'a> Delta<'a> {
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (base_size, rest) = size(bytes)?;
        let (result_size, instructions) = size(rest)?;
        Some(Self { base_size, result_size, instructions })
    }

    /// The instructions in order; `None` where one is cut short or reserved.
    pub fn instructions(&self) -> Instructions<'a> {
        Instructions { rest: self.instructions }
    }

    /// Builds the result in `out`, and notes in `copied` what of it was copied. `false` if any
    /// instruction leads out of the base, or the result has another size than promised.
    #[must_use]
    pub fn apply(&self, base: &[u8], out: &mut Vec<u8>, copied: &mut Vec<Copied>) -> bool {
        out.clear();
        copied.clear();
        if base.len() as u64 != self.base_size {
            return false;
        }
        let Ok(size) = usize::try_from(self.result_size) else { return false };
        // What most results take; a larger promise must be kept before it costs memory.
        out.reserve_exact(size.min(base.len().saturating_add(self.instructions.len())));
        for instruction in self.instructions() {
            let part = match instruction {
                Some(Instruction::Copy { from, count }) => {
                    let Some(part) = from.checked_add(count).and_then(|end| base.get(from..end)) else {
                        return false;
                    };
                    note(copied, Copied { from, to: out.len(), count });
                    part
                }
                Some(Instruction::Insert(part)) => part,
                None => return false,
            };
            if out.len() + part.len() > size {
                return false;
            }
            out.extend_from_slice(part);
        }
        out.len() == size
    }
}

fn note(copied: &mut Vec<Copied>, piece: Copied) {
    match copied.last_mut() {
        Some(last) if last.from + last.count == piece.from && last.to + last.count == piece.to => {
            last.count += piece.count;
        }
        _ => copied.push(piece),
    }
}

/// Iterates over instructions; yields `None` once, at the first one that is malformed.
#[derive(Clone, Debug)]
pub struct Instructions<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Instructions<'a> {
    type Item = Option<Instruction<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let (&operation, rest) = self.rest.split_first()?;
        self.rest = rest;
        let instruction = if operation & 0x80 != 0 { self.copy(operation) } else { self.insert(operation) };
        if instruction.is_none() {
            self.rest = &[];
        }
        Some(instruction)
    }
}

impl<'a> Instructions<'a> {
    fn copy(&mut self, operation: u8) -> Option<Instruction<'a>> {
        let from = self.number(operation, 4)?;
        let count = self.number(operation >> 4, 3)?;
        // A count of zero stands for 64 KiB.
        Some(Instruction::Copy { from, count: if count == 0 { 0x1_0000 } else { count } })
    }

    /// Little-endian bytes, those whose bit is set.
    fn number(&mut self, present: u8, bytes: u32) -> Option<usize> {
        let mut number = 0;
        for position in 0..bytes {
            if present & (1 << position) != 0 {
                let (&byte, rest) = self.rest.split_first()?;
                self.rest = rest;
                number |= usize::from(byte) << (8 * position);
            }
        }
        Some(number)
    }

    fn insert(&mut self, count: u8) -> Option<Instruction<'a>> {
        let (part, rest) = self.rest.split_at_checked(usize::from(count)).filter(|_| count > 0)?;
        self.rest = rest;
        Some(Instruction::Insert(part))
    }
}

/// A size in groups of seven bits, the lowest first.
fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (mut size, mut shift) = (0_u64, 0_u32);
    for (position, byte) in bytes.iter().enumerate() {
        size |= u64::from(byte & 0x7f).checked_shl(shift).filter(|_| shift < 57)?;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some((size, &bytes[position + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_inserts() {
        let base = b"hello, world";
        // sizes 12 and 8; copy 5 from 7 ("world"); insert "!!!".
        let bytes = [12, 8, 0b1001_0001, 7, 5, 3, b'!', b'!', b'!'];
        let (mut out, mut copied) = (Vec::new(), Vec::new());
        assert!(Delta::parse(&bytes).expect("well formed").apply(base, &mut out, &mut copied));
        assert_eq!(out, b"world!!!");
        assert_eq!(copied, [Copied { from: 7, to: 0, count: 5 }]);
    }

    #[test]
    fn pieces_that_follow_each_other_are_one() {
        // Copy 3 from 0, copy 4 from 3, insert "-", copy 2 from 7.
        let bytes = [12, 10, 0b1001_0000, 3, 0b1001_0001, 3, 4, 1, b'-', 0b1001_0001, 7, 2];
        let (mut out, mut copied) = (Vec::new(), Vec::new());
        assert!(Delta::parse(&bytes).expect("well formed").apply(b"hello, world", &mut out, &mut copied));
        assert_eq!(out, b"hello, -wo");
        assert_eq!(copied, [Copied { from: 0, to: 0, count: 7 }, Copied { from: 7, to: 8, count: 2 }]);
    }

    #[test]
    fn a_promise_alone_takes_no_memory() {
        let mut out = Vec::new();
        // Sizes 1 and 2^43; insert "x".
        let bytes = [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02, 1, b'x'];
        let delta = Delta::parse(&bytes).expect("well formed");
        assert!(!delta.apply(b"-", &mut out, &mut Vec::new()));
        assert!(out.capacity() < 1_000);
    }

    #[test]
    fn refuses_what_leads_out() {
        let mut out = Vec::new();
        let refused = |bytes: &[u8], out: &mut Vec<u8>| {
            Delta::parse(bytes).is_none_or(|delta| !delta.apply(b"hello, world", out, &mut Vec::new()))
        };
        assert!(refused(&[12, 5, 0b1001_0001, 8, 5], &mut out), "beyond the base");
        assert!(refused(&[11, 1, 1, b'x'], &mut out), "another base");
        assert!(refused(&[12, 1, 2, b'x', b'y'], &mut out), "longer than promised");
        assert!(refused(&[12, 3, 2, b'x', b'y'], &mut out), "shorter than promised");
        assert!(refused(&[12, 3, 0], &mut out), "reserved instruction");
        assert!(refused(&[12, 3, 5, b'x'], &mut out), "cut short");
        assert!(refused(&[0xff; 12], &mut out), "endless size");
    }
}

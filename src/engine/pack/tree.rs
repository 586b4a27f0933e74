//! Trees: what a folder holds, and which of it is new beside the tree that this one was made from.

use super::Copied;

/// One entry of a tree.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TreeEntry<'a> {
    pub mode: u32,
    pub name: &'a [u8],
    pub id: &'a [u8],
}

impl<'a> TreeEntry<'a> {
    /// The entry at the beginning of these bytes, and how many it takes.
    pub fn parse(bytes: &'a [u8], id_len: usize) -> Option<(Self, usize)> {
        let mut mode = 0_u32;
        let mut at = 0;
        loop {
            match *bytes.get(at)? {
                digit @ b'0'..=b'7' if at < 7 => mode = mode << 3 | u32::from(digit - b'0'),
                b' ' if at > 0 => break,
                _ => return None,
            }
            at += 1;
        }
        let rest = &bytes[at + 1..];
        let end = memchr::memchr(0, rest)?;
        let id = rest.get(end + 1..end + 1 + id_len)?;
        Some((Self { mode, name: &rest[..end], id }, at + 1 + end + 1 + id_len))
    }

    pub fn is_tree(&self) -> bool {
        self.mode == 0o040_000
    }

    /// Another repository's commit (a submodule).
    pub fn is_commit(&self) -> bool {
        self.mode == 0o160_000
    }
}

/// Where the entries of a tree begin, and which of them somebody follows.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// The beginning of each entry, and the end of the last.
    bounds: Vec<u32>,
    /// Beginning and mark of the entries that are followed.
    followed: Vec<(u32, u32)>,
}

/// A tree that was read beside its base.
#[derive(Debug)]
pub struct Made {
    pub outline: Outline,
    /// Marks of the base's entries that this tree no longer has.
    pub gone: Vec<u32>,
}

impl Outline {
    /// Reads a whole tree. `follow` sees each entry, and gives a mark to those to follow; `None` if
    /// the tree is malformed.
    pub fn read(
        content: &[u8],
        id_len: usize,
        mut follow: impl FnMut(TreeEntry<'_>) -> Option<u32>,
    ) -> Option<Self> {
        let mut outline =
            Self { bounds: Vec::with_capacity(content.len() / (id_len + 8) + 1), followed: Vec::new() };
        outline.parse(content, 0, content.len(), id_len, &mut follow)?;
        outline.close(content.len())
    }

    /// Reads a tree with these pieces of the tree of this outline: `follow` sees the new entries alone.
    /// An entry is inherited only from one beginning to another, so that a delta that shifts the
    /// borders of entries is read as what it makes.
    pub fn made(
        &self,
        content: &[u8],
        copied: &[Copied],
        id_len: usize,
        mut follow: impl FnMut(TreeEntry<'_>) -> Option<u32>,
    ) -> Option<Made> {
        let mut outline = Self {
            bounds: Vec::with_capacity(self.bounds.len() + 8),
            followed: Vec::with_capacity(self.followed.len() + 2),
        };
        let mut kept = vec![false; self.followed.len()];
        let mut at = 0;
        for Copied { from, to, count } in copied.iter().copied() {
            at = outline.parse(content, at, to, id_len, &mut follow)?;
            while at < to + count {
                let taken = outline.inherit(self, at, from + (at - to), from + count, &mut kept);
                if taken == 0 {
                    // To the next border, of which the base knows by then.
                    at = outline.parse(content, at, at + 1, id_len, &mut follow)?;
                }
                at += taken;
            }
        }
        outline.parse(content, at, content.len(), id_len, &mut follow)?;
        let gone = self.followed.iter().zip(kept).filter(|(_, kept)| !kept).map(|((_, mark), _)| *mark);
        let gone = gone.collect();
        Some(Made { outline: outline.close(content.len())?, gone })
    }

    /// Parses entries from `at` until one begins at `until` or later; gives where that is.
    fn parse(
        &mut self,
        content: &[u8],
        mut at: usize,
        until: usize,
        id_len: usize,
        follow: &mut impl FnMut(TreeEntry<'_>) -> Option<u32>,
    ) -> Option<usize> {
        while at < until.min(content.len()) {
            let (entry, length) = TreeEntry::parse(&content[at..], id_len)?;
            let start = u32::try_from(at).ok()?;
            self.bounds.push(start);
            if let Some(mark) = follow(entry) {
                self.followed.push((start, mark));
            }
            at += length;
        }
        Some(at)
    }

    /// Takes over the base's entries from `from` to at most `to`; gives how many bytes they are.
    fn inherit(&mut self, base: &Self, at: usize, from: usize, to: usize, kept: &mut [bool]) -> usize {
        let (Ok(start), Ok(to)) = (u32::try_from(from), u32::try_from(to)) else { return 0 };
        let Ok(first) = base.bounds.binary_search(&start) else { return 0 };
        let last = base.bounds.partition_point(|bound| *bound <= to) - 1;
        if last <= first {
            return 0;
        }
        let end = base.bounds[last];
        let Ok(shift) = u32::try_from(at).map(|at| at.wrapping_sub(start)) else { return 0 };
        self.bounds.extend(base.bounds[first..last].iter().map(|bound| bound.wrapping_add(shift)));
        let begin = base.followed.partition_point(|(bound, _)| *bound < start);
        for (index, (bound, mark)) in base.followed.iter().enumerate().skip(begin) {
            if *bound >= end {
                break;
            }
            kept[index] = true;
            self.followed.push((bound.wrapping_add(shift), *mark));
        }
        (end - start) as usize
    }

    fn close(mut self, length: usize) -> Option<Self> {
        self.bounds.push(u32::try_from(length).ok()?);
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(mode: &str, name: &str, id: u8) -> Vec<u8> {
        [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[id; 20]].concat()
    }

    #[test]
    fn an_entry_is_parsed_or_refused() {
        let bytes = entry("40000", "src", 7);
        let (found, length) = TreeEntry::parse(&bytes, 20).expect("an entry");
        assert!(found.is_tree() && found.name == b"src" && found.id == [7; 20] && length == bytes.len());
        assert!(TreeEntry::parse(&bytes[..bytes.len() - 1], 20).is_none(), "cut short");
        assert!(TreeEntry::parse(b"100644", 20).is_none() && TreeEntry::parse(b" x\0", 20).is_none());
        assert!(TreeEntry::parse(b"99999999999999999999 x\0", 20).is_none(), "no mode");
    }

    #[test]
    fn what_is_copied_is_inherited_and_what_is_new_is_seen() {
        let base = [entry("40000", "a", 1), entry("40000", "b", 2), entry("40000", "c", 3)].concat();
        let mut marks = 0..;
        let outline = Outline::read(&base, 20, |_| marks.next()).expect("a tree");
        // Copy `a`, insert another `b`, copy `c`.
        let (one, new) = (base.len() as u8 / 3, entry("40000", "b", 9));
        let made = [&base[..usize::from(one)], &new, &base[2 * usize::from(one)..]].concat();
        let copied = [
            Copied { from: 0, to: 0, count: usize::from(one) },
            Copied { from: 2 * usize::from(one), to: usize::from(one) + new.len(), count: usize::from(one) },
        ];
        let mut seen = Vec::new();
        let read = outline.made(&made, &copied, 20, |entry| {
            seen.push(entry.id[0]);
            Some(10)
        });
        let read = read.expect("a tree");
        assert_eq!((seen, read.gone), (vec![9], vec![1]));
        assert_eq!(read.outline.followed, [(0, 0), (u32::from(one), 10), (2 * u32::from(one), 2)]);
    }
}

//! From a byte's offset to its line and column, in one pass for any number of offsets.

use std::ops::Range;

/// A place in a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Location {
    /// From 1.
    pub line: u32,
    /// From 1, in UTF-16 code units.
    pub column: u32,
    /// The line's bytes near the place, at most 80 bytes on either side.
    pub around: Range<usize>,
}

/// How much of a line is kept on either side of a place.
const AROUND: usize = 80;

/// Locates ascending offsets; each byte is looked at once.
#[derive(Clone, Debug)]
pub struct Locator<'a> {
    bytes: &'a [u8],
    /// Everything before is counted.
    at: usize,
    line: u32,
    column: u32,
}

impl<'a> Locator<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1, column: 1 }
    }

    /// The place of a span; spans must come in ascending order of their start.
    pub fn locate(&mut self, span: &Range<usize>) -> Location {
        let start = span.start.clamp(self.at, self.bytes.len());
        let passed = &self.bytes[self.at..start];
        let lines = memchr::memchr_iter(b'\n', passed).count();
        if lines > 0 {
            self.line = self.line.saturating_add(lines as u32);
            self.column = 1;
        }
        let rest = memchr::memrchr(b'\n', passed).map_or(passed, |newline| &passed[newline + 1..]);
        self.column = self.column.saturating_add(utf16_units(rest));
        self.at = start;
        Location { line: self.line, column: self.column, around: self.around(span) }
    }

    fn around(&self, span: &Range<usize>) -> Range<usize> {
        let (start, end) = (span.start.min(self.bytes.len()), span.end.min(self.bytes.len()));
        let from = start.saturating_sub(AROUND);
        let to = end.saturating_add(AROUND).min(self.bytes.len());
        let from =
            memchr::memrchr(b'\n', &self.bytes[from..start]).map_or(from, |newline| from + newline + 1);
        let to = memchr::memchr(b'\n', &self.bytes[end..to]).map_or(to, |newline| end + newline);
        from..to
    }
}

/// Counts by first bytes, so that invalid UTF-8 counts too.
fn utf16_units(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(*byte & 0xC0 != 0x80) + u32::from(*byte >= 0xF0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns() {
        let text = "one\ntwo 🔑 x\nthree".as_bytes();
        let mut locator = Locator::new(text);
        let mut place = |start: usize| {
            let location = locator.locate(&(start..start + 1));
            (location.line, location.column)
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(4), (2, 1));
        assert_eq!(place(13), (2, 8));
        assert_eq!(place(15), (3, 1));
    }
}

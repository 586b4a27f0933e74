//! Offsets as lines and columns.

use std::ops::Range;

use crate::{finding::Place, target::diagnostic::redacted};

/// A file's text by lines.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    path: &'a str,
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(path: &'a str, text: &'a str) -> Self {
        let after = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { path, text, starts: std::iter::once(0).chain(after).collect() }
    }

    /// Line from 1, column from 1 in UTF-16 code units, and the line without credentials.
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        let index = self.starts.partition_point(|start| *start <= span.start).saturating_sub(1);
        let start = self.starts.get(index).copied().unwrap_or_default();
        let line = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let before = line.get(..span.start - start).unwrap_or_default();
        let column = 1 + before.encode_utf16().count();
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Place::line_of(self.path, number(index + 1), number(column), redacted(line).trim_end())
    }
}

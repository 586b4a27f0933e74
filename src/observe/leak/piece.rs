//! One text, whole or in pieces: its hits with their places.

use super::text;
use crate::{
    engine::{
        secrets::{Hit, Location, Locator, Scan, applies, scan},
        sourcemap::{self, Pointer},
    },
    seen::{LeakSite, LeakSource},
};

/// How much two pieces share: more than the longest credential.
pub(super) const OVERLAP: usize = 64 << 10;

/// What was found in the pieces of one file.
#[derive(Default)]
pub(super) struct Pieces {
    path: String,
    pub(super) found: Vec<(Hit, LeakSite)>,
    pub(super) bytes: u64,
    pub(super) truncated: bool,
    /// Lines and columns before this piece.
    lines: u32,
    columns: u32,
    started: bool,
}

impl Pieces {
    pub(super) fn new(path: String) -> Self {
        Self { path, ..Self::default() }
    }

    /// False if the file holds no text.
    pub(super) fn take(&mut self, piece: &[u8], is_last: bool) -> bool {
        let is_whole = !self.started && is_last;
        let text = if self.started { Some(piece.into()) } else { text::of(&self.path, piece) };
        self.started = true;
        let Some(text) = text else { return false };
        let scan = scan(&text);
        self.truncated |= scan.truncated;
        let own = if is_last { text.len() } else { text.len().saturating_sub(OVERLAP) };
        self.bytes += own as u64;
        if is_whole && self.is_mapped(&text, &scan) {
            return true;
        }
        let mut locator = Locator::new(&text);
        for hit in &scan.hits {
            // What begins in the shared part is whole in the next piece.
            if hit.span.start < own && applies(hit.rule, &self.path) {
                let location = locator.locate(&hit.span);
                let site = self.site(&location, &scan, &text, None);
                self.found.push((hit.clone(), site));
            }
        }
        if !is_last {
            let end = Locator::new(&text).locate(&(own..own));
            self.columns = if end.line > 1 { end.column - 1 } else { self.columns + end.column - 1 };
            self.lines = self.lines.saturating_add(end.line - 1);
        }
        true
    }

    fn site(&self, location: &Location, scan: &Scan, text: &[u8], source: Option<LeakSource>) -> LeakSite {
        let before = if location.line == 1 { self.columns } else { 0 };
        LeakSite {
            path: self.path.clone(),
            line: location.line.saturating_add(self.lines),
            column: location.column.saturating_add(before),
            snippet: scan.snippet(text, &location.around),
            source,
        }
    }

    /// A text with hits that is, or carries, a source map: what it was made of is searched instead,
    /// as far as that says where the same values come from.
    fn is_mapped(&mut self, text: &[u8], scan: &Scan) -> bool {
        let sources = sources_of(&self.path, text, scan);
        if sources.is_empty() {
            return false;
        }
        let mut found = Vec::new();
        for source in &sources {
            found.extend(self.in_source(source));
        }
        // What only the generated text shows has no original.
        let mut locator = Locator::new(text);
        for hit in &scan.hits {
            let location = locator.locate(&hit.span);
            let is_known = |(known, _): &(Hit, LeakSite)| known.fingerprint == hit.fingerprint;
            if applies(hit.rule, &self.path) && !found.iter().any(is_known) {
                found.push((hit.clone(), self.site(&location, scan, text, None)));
            }
        }
        self.found = found;
        true
    }

    fn in_source(&self, source: &sourcemap::Source) -> Vec<(Hit, LeakSite)> {
        let bytes = source.text.as_bytes();
        let inner = scan(bytes);
        let mut locator = Locator::new(bytes);
        let hits = inner.hits.iter().filter(|hit| applies(hit.rule, &source.name));
        hits.map(|hit| {
            let location = locator.locate(&hit.span);
            let origin = LeakSource { path: source.name.chars().take(300).collect(), line: location.line };
            // The map is one line of a generated file: its own first line is the only sound place.
            let place = Location { line: 1, column: 1, around: location.around };
            (hit.clone(), self.site(&place, &inner, bytes, Some(origin)))
        })
        .collect()
    }
}

fn sources_of(path: &str, text: &[u8], scan: &Scan) -> Vec<sourcemap::Source> {
    if scan.hits.is_empty() {
        return Vec::new();
    }
    let is_map = path.rsplit('/').next().is_some_and(|name| name.contains(".map"));
    if is_map || memchr::memmem::find(&text[..text.len().min(4_096)], b"\"mappings\"").is_some() {
        return sourcemap::sources(text);
    }
    match sourcemap::pointer(text) {
        Some(Pointer::Inline(map)) => sourcemap::sources(&map),
        _ => Vec::new(),
    }
}

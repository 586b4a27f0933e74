//! Scans a text that was made from another by copying, without looking again at what was copied.
//!
//! Exact, not approximate: whatever stands at an anchor depends only on bytes within a known
//! distance of it ([`super::attempt`]). Where all of these were copied in one piece, the outcome is
//! that of the other text. Where one of them was not (a change in the middle of a long private key),
//! the anchor is inherited, but tried again. Anchors themselves are searched only in what was
//! inserted, and where two pieces meet.

use std::ops::Range;

use super::{
    anchors::{self, LONGEST, Means, Seen},
    attempt::{BEFORE, MARGIN},
    chain::{Chain, Known, Window},
    encoded, own,
    rule::{RULES, Rule},
    scan::{Scan, scan},
};
use crate::engine::pack::Copied;

/// What is remembered of a scanned text: its anchors, and what stands there.
#[derive(Debug)]
pub struct Traces {
    /// Of the text.
    length: usize,
    anchors: Vec<Trace>,
    /// By their beginnings.
    windows: Vec<Window>,
}

#[derive(Clone, Debug)]
struct Trace {
    seen: Seen,
    /// None: it was not tried, because it lies in a match.
    known: Option<Known>,
}

/// Bytes that are searched again sooner than inherited.
const SHORTEST: usize = 48;

/// Scans any bytes and remembers what a text made from them can inherit; nothing if that would take
/// more memory than the text itself.
pub fn scan_and_trace(bytes: &[u8]) -> (Scan, Option<Traces>) {
    let mut seen = Vec::new();
    for start in (0..bytes.len()).step_by(1 << 20) {
        anchors::within(bytes, start..bytes.len().min(start + (1 << 20)), &mut seen);
        if seen.len() > most(bytes) {
            return (scan(bytes), None);
        }
    }
    let anchors = seen.into_iter().map(|seen| Trace { seen, known: None }).collect();
    traced(bytes, anchors, Vec::new())
}

/// Scans a text that was made from a base with these traces; the same result as [`scan`].
///
/// `copied` names pieces of the base in the order of the text; what they do not cover was inserted.
/// Pieces that follow each other in both texts had better be one: bytes near their ends are searched.
/// That they are equal is the caller's promise.
pub fn scan_made(bytes: &[u8], base: &Traces, copied: &[Copied]) -> (Scan, Option<Traces>) {
    let mut anchors = Vec::new();
    let mut windows = Vec::new();
    let mut new = Vec::new();
    let (mut at, mut next) = (0, 0);
    anchors.reserve(base.anchors.len() + 16);
    for piece in copied {
        let piece = Piece { copied: *piece, base: base.length, made: bytes.len() };
        let Some(inherited) = piece.inherited().filter(|inherited| inherited.start >= at) else { continue };
        search(bytes, at..inherited.start, &mut new, &mut anchors);
        next = piece.anchors(bytes, &base.anchors, next, &mut anchors);
        piece.windows(&base.windows, &mut windows);
        at = inherited.end;
        if anchors.len().max(windows.len()) > most(bytes) {
            return (scan(bytes), None);
        }
    }
    search(bytes, at..bytes.len(), &mut new, &mut anchors);
    if anchors.len() > most(bytes) {
        return (scan(bytes), None);
    }
    windows.sort_by(|a: &Window, b| {
        (a.rule, a.range.start, a.range.end).cmp(&(b.rule, b.range.start, b.range.end))
    });
    traced(bytes, anchors, windows)
}

/// Anchors remembered of a text; most have one every few hundred bytes.
fn most(bytes: &[u8]) -> usize {
    64 + bytes.len() / 32
}

fn search(bytes: &[u8], range: Range<usize>, new: &mut Vec<Seen>, into: &mut Vec<Trace>) {
    if !range.is_empty() {
        new.clear();
        anchors::within(bytes, range, new);
        into.extend(new.iter().map(|seen| Trace { seen: *seen, known: None }));
    }
}

fn traced(bytes: &[u8], mut anchors: Vec<Trace>, windows: Vec<Window>) -> (Scan, Option<Traces>) {
    let mut chain = Chain::new(bytes, true);
    chain.inherited = windows;
    chain.searched = Some(Vec::new());
    for trace in &mut anchors {
        chain.anchor(trace.seen, &mut trace.known);
    }
    let scan = chain.finish();
    if scan.truncated {
        return (super::scan::scan(bytes), None);
    }
    let mut windows = chain.searched.take().unwrap_or_default();
    windows.sort_by_key(|window| window.range.start);
    // These are searched in all of it: they are few, and it is asked for.
    let scan = own::joined(bytes, scan);
    (scan, Some(Traces { length: bytes.len(), anchors, windows }))
}

/// The first anchor at `start` or behind it, looked for from `hint` on.
fn first_from(base: &[Trace], hint: usize, start: usize) -> usize {
    let is_before = |at: usize| base.get(at).is_some_and(|trace| trace.seen.start < start);
    let near = (hint..hint + 4).find(|at| !is_before(*at));
    match near {
        // Anything before the hint would be skipped otherwise: pieces may go back in the base.
        Some(at) if at == 0 || is_before(at - 1) => at,
        _ => base.partition_point(|trace| trace.seen.start < start),
    }
}

/// A copied piece, and how long both texts are.
struct Piece {
    copied: Copied,
    base: usize,
    made: usize,
}

impl Piece {
    /// Where anchors that begin there are wholly copied, in the made text.
    fn inherited(&self) -> Option<Range<usize>> {
        let Copied { to, count, .. } = self.copied;
        // What stands before an anchor has a say in whether a value may begin there.
        let start = if self.is_at_start() { to } else { to + BEFORE };
        // An anchor at the end may go on in the next piece, unless there is no more.
        let end = if self.is_at_end() { to + count } else { (to + count).checked_sub(LONGEST)? };
        (start + SHORTEST <= end).then_some(start..end)
    }

    /// `hint` is where in the base's anchors those of the piece before ended, for most follow it.
    fn anchors(&self, made: &[u8], base: &[Trace], hint: usize, into: &mut Vec<Trace>) -> usize {
        let Some(range) = self.inherited() else { return hint };
        let Copied { from, to, .. } = self.copied;
        let range = range.start - to + from..range.end - to + from;
        let first = first_from(base, hint, range.start);
        let count = base[first..].iter().take_while(|trace| trace.seen.start < range.end).count();
        into.extend(base[first..first + count].iter().map(|trace| {
            let seen = Seen { start: trace.seen.start - from + to, ..trace.seen };
            let known = trace.known.as_ref().filter(|known| self.holds(made, trace.seen, known));
            Trace { seen, known: known.cloned() }
        }));
        first + count
    }

    fn windows(&self, base: &[Window], into: &mut Vec<Window>) {
        let Copied { from, to, count } = self.copied;
        let first = base.partition_point(|window| window.range.start < from);
        let near = base[first..].iter().take_while(|window| window.range.start < from + count);
        let own = near.filter(|window| self.covers(window.range.start, window.range.end, MARGIN, MARGIN));
        into.extend(own.map(|window| {
            let range = window.range.start - from + to..window.range.end - from + to;
            Window { range, ..window.clone() }
        }));
    }

    /// Is everything that decided about an anchor in this piece?
    fn holds(&self, made: &[u8], seen: Seen, known: &Known) -> bool {
        let rule = match seen.means {
            Means::Rule(index) => RULES.get(usize::from(index)),
            Means::Encoded => None,
        };
        let reach = rule.map_or(encoded::LONGEST, |rule| usize::from(rule.reach));
        match (known, rule) {
            (Known::Nothing, Some(rule)) => {
                self.covers(seen.start, seen.start + reach, BEFORE, 1)
                    || self.covers(seen.start, self.end_of(rule, made, seen.start), BEFORE, 1)
            }
            _ => self.covers(seen.start, seen.start + reach, MARGIN, MARGIN),
        }
    }

    /// Where in the base an attempt at this anchor ended at the latest: at a byte that no match has, if
    /// there is one in the piece.
    fn end_of(&self, rule: &Rule, made: &[u8], start: usize) -> usize {
        let Copied { from, to, count } = self.copied;
        let rest = made.get(start - from + to..to + count).unwrap_or_default();
        rule.stop(rest).map_or(usize::MAX, |stop| start + stop + 1)
    }

    /// Are these bytes of the base, with so many before and after, in this piece? The beginning and
    /// the end of a text are bytes too, in this sense.
    fn covers(&self, start: usize, end: usize, before: usize, after: usize) -> bool {
        let Copied { from, count, .. } = self.copied;
        let begins = if start < before { self.is_at_start() } else { start - before >= from };
        let ends = if end.saturating_add(after) > self.base {
            self.is_at_end()
        } else {
            end + after <= from + count
        };
        begins && ends
    }

    fn is_at_start(&self) -> bool {
        self.copied.from == 0 && self.copied.to == 0
    }

    fn is_at_end(&self) -> bool {
        let Copied { from, to, count } = self.copied;
        from + count == self.base && to + count == self.made
    }
}

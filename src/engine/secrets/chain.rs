//! Anchors in their order: which of them are tried, for a match hides the anchors inside of it.

use std::{ops::Range, rc::Rc};

use super::{
    anchors::{Means, Seen},
    attempt::{self, Outcome},
    rule::RULES,
    scan::{Hit, MOST, Scan, strongest},
};

/// What is known of an anchor, or of a window.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// Tried in vain.
    Nothing,
    Something(Rc<Outcome>),
}

/// A window of a rule whose match may begin before its anchor.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) rule: u16,
    pub(super) range: Range<usize>,
    pub(super) known: Known,
}

/// Bytes that may be searched in vain behind anchors: so many times the text's own, and a basis.
/// Beyond that a text was made to keep us reading, and the rest of its anchors is left out.
const VAIN: usize = 64;
const VAIN_AT_LEAST: usize = 8 << 20;

pub(super) struct Chain<'a> {
    bytes: &'a [u8],
    hits: Vec<Hit>,
    pub(super) truncated: bool,
    /// Bytes searched behind anchors without a match, here or in the text this one was made from.
    vain: usize,
    /// By rule: up to where it has matched; empty as long as none has.
    matched: Vec<usize>,
    /// The window still to be searched of each rule that has one, sorted by rule.
    open: Vec<(u16, Range<usize>)>,
    /// Up to where Base64 has been decoded; none inside of a decoded text.
    decoded: Option<usize>,
    /// Windows whose outcome is known from elsewhere, sorted by rule and range.
    pub(super) inherited: Vec<Window>,
    /// The windows that were searched, if somebody wants to know.
    pub(super) searched: Option<Vec<Window>>,
}

impl<'a> Chain<'a> {
    pub(super) fn new(bytes: &'a [u8], decodes: bool) -> Self {
        Self {
            bytes,
            hits: Vec::new(),
            truncated: false,
            vain: 0,
            matched: Vec::new(),
            open: Vec::new(),
            decoded: decodes.then_some(0),
            inherited: Vec::new(),
            searched: None,
        }
    }

    /// Tries the next anchor, unless it is known what stands there; anchors come in the order of
    /// their beginnings.
    pub(super) fn anchor(&mut self, seen: Seen, known: &mut Option<Known>) {
        match seen.means {
            Means::Rule(index) => {
                let index = usize::from(index);
                if RULES.get(index).is_some_and(|rule| rule.back > 0) {
                    self.widen(index, seen.start);
                } else if seen.start >= self.matched.get(index).copied().unwrap_or(0) {
                    self.try_rule(index, seen.start, known);
                }
            }
            Means::Encoded => {
                if self.decoded.is_some_and(|done| seen.start >= done) {
                    let bytes = self.bytes;
                    let outcome = learn(known, || attempt::in_base64(bytes, seen.start));
                    self.decoded = self.take(seen.start, outcome).or(self.decoded);
                }
            }
        }
    }

    fn try_rule(&mut self, index: usize, start: usize, known: &mut Option<Known>) {
        if self.vain > VAIN_AT_LEAST.saturating_add(self.bytes.len().saturating_mul(VAIN)) {
            self.truncated = true;
            return;
        }
        let bytes = self.bytes;
        let outcome = learn(known, || attempt::at_anchor(bytes, index, start));
        if outcome.as_ref().is_none_or(|outcome| outcome.hits.is_empty()) {
            let reach = RULES.get(index).map_or(0, |rule| usize::from(rule.reach));
            self.vain += reach.min(bytes.len() - start);
        }
        if let Some(end) = self.take(start, outcome) {
            if self.matched.is_empty() {
                self.matched = vec![0; RULES.len()];
            }
            self.matched[index] = end;
        }
    }

    pub(super) fn finish(&mut self) -> Scan {
        for (rule, range) in std::mem::take(&mut self.open) {
            self.search(rule, range);
        }
        Scan { hits: strongest(std::mem::take(&mut self.hits)), truncated: self.truncated }
    }

    /// Overlapping windows become one, so that no byte is searched twice.
    fn widen(&mut self, index: usize, start: usize) {
        let Some(rule) = RULES.get(index) else { return };
        let from = start.saturating_sub(usize::from(rule.back));
        let end = self.bytes.len().min(start + usize::from(rule.reach));
        let number = index as u16;
        match self.open.binary_search_by_key(&number, |(rule, _)| *rule) {
            Ok(at) if from < self.open[at].1.end => {
                let open = &mut self.open[at].1;
                *open = open.start.min(from)..open.end.max(end);
            }
            Ok(at) => {
                let done = std::mem::replace(&mut self.open[at].1, from..end);
                self.search(number, done);
            }
            Err(at) => self.open.insert(at, (number, from..end)),
        }
    }

    fn search(&mut self, rule: u16, range: Range<usize>) {
        let key = |window: &Window| (window.rule, window.range.start, window.range.end);
        let inherited = self.inherited.binary_search_by_key(&(rule, range.start, range.end), key);
        let mut known = inherited.ok().map(|at| self.inherited[at].known.clone());
        let bytes = self.bytes;
        let outcome = learn(&mut known, || attempt::in_window(bytes, usize::from(rule), &range));
        self.take(range.start, outcome);
        if let (Some(searched), Some(known)) = (&mut self.searched, known) {
            searched.push(Window { rule, range, known });
        }
    }

    /// Adds what was found; where it ends.
    fn take(&mut self, start: usize, outcome: Option<Rc<Outcome>>) -> Option<usize> {
        let outcome = outcome?;
        self.truncated |= outcome.truncated;
        for hit in &outcome.hits {
            if self.hits.len() >= MOST {
                self.truncated = true;
                break;
            }
            let span = start + hit.span.start..start + hit.span.end;
            self.hits.push(Hit { span, ..hit.clone() });
        }
        Some(start + outcome.length)
    }
}

fn learn(known: &mut Option<Known>, attempt: impl FnOnce() -> Option<Outcome>) -> Option<Rc<Outcome>> {
    let known = known.get_or_insert_with(|| match attempt() {
        Some(outcome) => Known::Something(Rc::new(outcome)),
        None => Known::Nothing,
    });
    match known {
        Known::Nothing => None,
        Known::Something(outcome) => Some(outcome.clone()),
    }
}

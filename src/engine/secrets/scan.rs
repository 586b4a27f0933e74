//! From bytes to hits.

use std::ops::Range;

use regex::bytes::Captures;

use super::{
    anchors::{self, Means},
    boundary, encoded, pragma,
    proof::{Facts, prove},
    redact,
    rule::{Proof, RULES, Rule, pattern},
};

/// A credential that was found. It has no value: only what may be shown of it.
#[derive(Clone, Debug)]
pub struct Hit {
    pub rule: &'static Rule,
    /// Where the value stands in the bytes.
    pub span: Range<usize>,
    /// Names the value, whatever file or dress it is in.
    pub fingerprint: String,
    /// The rule's own prefix and an ellipsis.
    pub redacted: String,
    /// Of the value, in bytes.
    pub length: usize,
    pub facts: Facts,
    /// The reason of a `gonogo:ignore` beside it.
    pub accepted: Option<String>,
}

/// Everything found in one text, in the order of its bytes.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    pub hits: Vec<Hit>,
    /// There were too many to list, or to look at.
    pub truncated: bool,
}

/// Hits kept of one text.
const MOST: usize = 2_000;

/// How far before an anchor a name may begin.
const LONGEST_NAME: usize = 40;

/// How far from a match its context may be.
const NEAR: usize = 300;

/// Scans any bytes. Linear in their number; never panics. Where anchors without an end stand so close
/// that reading on from each would take for ever, the rest of them is left out and said to be.
pub fn scan(bytes: &[u8]) -> Scan {
    let mut scanner = Scanner::new(bytes, true);
    anchors::search(bytes, |seen| scanner.anchor(seen));
    scanner.finish()
}

impl Scan {
    /// A piece of the text around a place, with every value taken out.
    pub fn snippet(&self, bytes: &[u8], around: &Range<usize>) -> String {
        let first = self.hits.partition_point(|hit| hit.span.end <= around.start);
        let near = self.hits[first..].iter().take_while(|hit| hit.span.start < around.end);
        redact::snippet(bytes, around, near.map(|hit| (&hit.span, hit.redacted.as_str())))
    }
}

/// Bytes that may be searched in vain behind anchors: so many times the text's own, and a basis.
const VAIN: usize = 64;
const VAIN_AT_LEAST: usize = 8 << 20;

struct Scanner<'a> {
    bytes: &'a [u8],
    hits: Vec<Hit>,
    truncated: bool,
    /// Searched behind anchors without a match.
    vain: usize,
    /// By rule: up to where it has matched (rules that begin with their anchor), or the window
    /// still to be searched (the others).
    state: Vec<State>,
    /// Up to where Base64 has been decoded; none inside of a decoded text.
    decoded: Option<usize>,
}

#[derive(Clone, Default)]
struct State {
    matched: usize,
    window: Range<usize>,
}

impl<'a> Scanner<'a> {
    fn new(bytes: &'a [u8], decodes: bool) -> Self {
        Self {
            bytes,
            hits: Vec::new(),
            truncated: false,
            vain: 0,
            state: Vec::new(),
            decoded: decodes.then_some(0),
        }
    }

    fn anchor(&mut self, seen: anchors::Seen) {
        if self.state.is_empty() {
            self.state = vec![State::default(); RULES.len()];
        }
        match seen.means {
            Means::Rule(index) => self.rule(usize::from(index), seen.start),
            Means::Encoded => self.encoded(seen.start),
        }
    }

    fn rule(&mut self, index: usize, start: usize) {
        let Some(rule) = RULES.get(index) else { return };
        let end = self.bytes.len().min(start + usize::from(rule.reach));
        if rule.back > 0 {
            let from = start.saturating_sub(usize::from(rule.back));
            let window = self.state[index].window.clone();
            if from < window.end && !window.is_empty() {
                // Overlapping windows become one, so that no byte is searched twice.
                self.state[index].window = window.start.min(from)..window.end.max(end);
            } else {
                self.search_window(index);
                self.state[index].window = from..end;
            }
        } else if start >= self.state[index].matched
            && (rule.has_group || boundary::begins(self.bytes, start))
        {
            if self.vain > VAIN_AT_LEAST.saturating_add(self.bytes.len().saturating_mul(VAIN)) {
                self.truncated = true;
                return;
            }
            let found = pattern(index).and_then(|pattern| pattern.captures(&self.bytes[start..end]));
            if let Some(captures) = found {
                self.state[index].matched = start + captures.get(0).map_or(0, |whole| whole.end());
                self.matched(rule, start, &captures);
            } else {
                self.vain += end - start;
            }
        }
    }

    fn search_window(&mut self, index: usize) {
        let window = std::mem::take(&mut self.state[index].window);
        let (Some(rule), Some(pattern)) =
            (RULES.get(index), (!window.is_empty()).then(|| pattern(index)).flatten())
        else {
            return;
        };
        for captures in pattern.captures_iter(&self.bytes[window.clone()]) {
            let begins = captures.get(0).is_some_and(|whole| {
                rule.has_group || boundary::begins(self.bytes, window.start + whole.start())
            });
            if begins {
                self.matched(rule, window.start, &captures);
            }
        }
    }

    fn matched(&mut self, rule: &'static Rule, base: usize, captures: &Captures<'_>) {
        if self.hits.len() >= MOST {
            self.truncated = true;
            return;
        }
        let Some(whole) = captures.get(0) else { return };
        let Some(value) = captures.get(usize::from(rule.has_group)) else { return };
        let span = base + value.start()..base + value.end();
        if !rule.open_end && !boundary::ends(self.bytes, span.end) {
            return;
        }
        if !rule.context.is_empty() && !self.has_context(rule, &(base + whole.start()..base + whole.end())) {
            return;
        }
        let beside = match rule.proof {
            Proof::UrlPassword => whole.as_bytes(),
            _ => self.name(base + whole.start(), span.start),
        };
        let Some((named, facts)) = prove(rule, value.as_bytes(), beside) else { return };
        self.hits.push(Hit {
            rule,
            fingerprint: redact::fingerprint(&named),
            redacted: redact::prefix(rule, value.as_bytes()),
            length: value.len(),
            facts,
            accepted: pragma::reason(self.bytes, &span, rule.id),
            span,
        });
    }

    /// The whole name that an anchor is part of, and what stands between it and the value.
    fn name(&self, anchor: usize, value: usize) -> &[u8] {
        let before = &self.bytes[anchor.saturating_sub(LONGEST_NAME)..anchor];
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
        let own = before.iter().rev().take_while(|byte| part(byte)).count();
        &self.bytes[anchor - own..value]
    }

    fn has_context(&self, rule: &Rule, whole: &Range<usize>) -> bool {
        let from = whole.start.saturating_sub(NEAR);
        let near = &self.bytes[from..self.bytes.len().min(whole.end + NEAR)];
        let near = near.to_ascii_lowercase();
        rule.context
            .iter()
            .any(|word| memchr::memmem::find(&near, word.to_ascii_lowercase().as_bytes()).is_some())
    }

    /// Scans a Base64 text by what it says; its hits are where the text stands.
    fn encoded(&mut self, start: usize) {
        let Some(done) = self.decoded else { return };
        if start < done {
            return;
        }
        let Some((plain, span)) = encoded::decode(self.bytes, start) else { return };
        self.decoded = Some(span.end);
        let mut inner = Scanner::new(&plain, false);
        anchors::search(&plain, |seen| inner.anchor(seen));
        self.vain = self.vain.saturating_add(inner.vain);
        let inner = inner.finish();
        self.truncated |= inner.truncated;
        for hit in inner.hits {
            if self.hits.len() < MOST {
                let accepted = pragma::reason(self.bytes, &span, hit.rule.id);
                self.hits.push(Hit { span: span.clone(), accepted, ..hit });
            }
        }
    }

    fn finish(mut self) -> Scan {
        for index in 0..self.state.len() {
            self.search_window(index);
        }
        Scan { hits: strongest(self.hits), truncated: self.truncated }
    }
}

/// Of hits that overlap only the one that knows most.
fn strongest(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|a, b| {
        let place = |hit: &Hit| (hit.span.start, hit.span.end);
        place(a).cmp(&place(b)).then_with(|| a.rule.id.cmp(b.rule.id))
    });
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match kept.last_mut() {
            Some(last) if hit.span.start < last.span.end => {
                if hit.rule.rank > last.rule.rank {
                    *last = hit;
                }
            }
            _ => kept.push(hit),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_without_an_end_are_not_searched_for_ever() {
        assert!(scan("eyJhbGciOi-".repeat(1_500).as_bytes()).truncated);
        assert!(!scan("eyJhbGciOi-".repeat(100).as_bytes()).truncated);
    }
}

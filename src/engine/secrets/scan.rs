//! From bytes to hits.

use std::ops::Range;

use super::{anchors, chain::Chain, own, proof::Facts, redact, rule::Rule};

/// A credential that was found. It has no value: only what may be shown of it.
#[derive(Clone, Debug, Eq, PartialEq)]
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
    /// The span is that of a Base64 text with the value somewhere in it.
    pub encoded: bool,
}

/// Everything found in one text, in the order of its bytes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scan {
    pub hits: Vec<Hit>,
    /// There were too many to list.
    pub truncated: bool,
}

/// Hits kept of one text.
pub(super) const MOST: usize = 2_000;

/// Scans any bytes. Linear in their number; never panics.
pub fn scan(bytes: &[u8]) -> Scan {
    own::joined(bytes, scan_plain(bytes, true))
}

/// With or without a look into Base64.
pub(super) fn scan_plain(bytes: &[u8], decodes: bool) -> Scan {
    let mut chain = Chain::new(bytes, decodes);
    anchors::search(bytes, |block| {
        for seen in block {
            chain.anchor(*seen, &mut None);
        }
    });
    chain.finish()
}

impl Scan {
    /// A piece of the text around a place, with every value taken out.
    pub fn snippet(&self, bytes: &[u8], around: &Range<usize>) -> String {
        let first = self.hits.partition_point(|hit| hit.span.end <= around.start);
        let near = self.hits[first..].iter().take_while(|hit| hit.span.start < around.end);
        let text = redact::snippet(bytes, around, near.map(|hit| (&hit.span, hit.redacted.as_str())));
        let values = self.hits.iter().filter_map(|hit| bytes.get(hit.span.clone()));
        redact::without(text, values)
    }
}

/// Of hits that overlap only the one that knows most; a Base64 text may hold several.
pub(super) fn strongest(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|a, b| {
        let place = |hit: &Hit| (hit.span.start, hit.span.end);
        place(a).cmp(&place(b)).then_with(|| (a.rule.id, &a.fingerprint).cmp(&(b.rule.id, &b.fingerprint)))
    });
    hits.dedup();
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match kept.last_mut() {
            Some(last) if hit.encoded && last.encoded && hit.span == last.span => kept.push(hit),
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
    fn a_snippet_shows_no_value_where_it_stands_a_second_time() {
        let text = "storePassword='Tr0ub4dor-x9'; log('Tr0ub4dor-x9')";
        let scan = scan(text.as_bytes());
        assert_eq!(scan.hits.len(), 1);
        let shown = scan.snippet(text.as_bytes(), &(0..text.len()));
        assert_eq!(shown, "storePassword='…'; log('…')");
    }

    #[test]
    fn anchors_without_an_end_are_not_searched_for_ever() {
        assert!(scan("eyJhbGciOi-".repeat(1_500).as_bytes()).truncated);
        assert!(!scan("eyJhbGciOi-".repeat(100).as_bytes()).truncated);
    }
}

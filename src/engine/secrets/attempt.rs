//! What stands at one anchor. Everything here is a function of the bytes near it and of nothing
//! else, which is what lets a text inherit the outcome from the text it was made from.

use std::ops::Range;

use regex::bytes::Captures;

use super::{
    boundary, encoded, escaped, own, pragma,
    proof::prove,
    redact,
    rule::{Proof, RULES, Rule, with_pattern},
    scan::{Hit, MOST, scan_plain},
};

/// A pattern that matched, or a Base64 text: how long it is, and what it holds.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Outcome {
    /// From the anchor, or from the beginning of the window.
    pub(super) length: usize,
    /// Spans count from the same place.
    pub(super) hits: Vec<Hit>,
    /// Not all of it was looked at.
    pub(super) truncated: bool,
}

/// How far beyond a match, on either side, anything is looked at.
pub(super) const MARGIN: usize = 512;

/// How far before an anchor one looks to tell whether a value may begin there.
pub(super) const BEFORE: usize = boundary::BEFORE;

/// How far before an anchor a name may begin.
const LONGEST_NAME: usize = 40;

/// How far from a match its context may be.
const NEAR: usize = 300;

const _: () = assert!(MARGIN > NEAR && MARGIN > pragma::NEAR && MARGIN > LONGEST_NAME);

/// A rule whose match begins with its anchor.
pub(super) fn at_anchor(bytes: &[u8], index: usize, start: usize) -> Option<Outcome> {
    let rule = RULES.get(index).filter(|_| is_searched(bytes, index, start))?;
    let text = bytes.get(start..bytes.len().min(start + usize::from(rule.reach)))?;
    with_pattern(index, |pattern| {
        // Most anchors lead to nothing, and groups cost more than a yes or a no.
        let captures = pattern.is_match(text).then(|| pattern.captures(text))??;
        let hits: Vec<Hit> =
            matched(bytes, rule, start, &captures).map(|hit| from(start, hit)).into_iter().collect();
        // What stands in place of a value may be the name of the next: `password = env.PASSWORD || "…"`.
        let group = if hits.is_empty() { usize::from(rule.has_group) } else { 0 };
        let length =
            captures.get(group).map_or(0, |found| if group > 0 { found.start() } else { found.end() });
        Some(Outcome { length, hits, truncated: false })
    })
}

/// Is anything read behind this anchor? Not where a value cannot begin.
pub(super) fn is_searched(bytes: &[u8], index: usize, start: usize) -> bool {
    RULES
        .get(index)
        .is_some_and(|rule| rule.fits(bytes, start) && (rule.has_group || boundary::begins(bytes, start)))
}

/// A rule whose match may begin before its anchor, in a window around one or more anchors.
pub(super) fn in_window(bytes: &[u8], index: usize, window: &Range<usize>) -> Option<Outcome> {
    let rule = RULES.get(index)?;
    let mut hits = Vec::new();
    let text = bytes.get(window.clone())?;
    with_pattern(index, |pattern| {
        for captures in pattern.captures_iter(text) {
            let begins = captures
                .get(0)
                .is_some_and(|whole| rule.has_group || boundary::begins(bytes, window.start + whole.start()));
            if begins && hits.len() <= MOST {
                let hit = matched(bytes, rule, window.start, &captures);
                hits.extend(hit.map(|hit| from(window.start, hit)));
            }
        }
        Some(())
    })?;
    (!hits.is_empty()).then_some(Outcome { length: window.len(), hits, truncated: false })
}

/// A Base64 text, or an escaped one, by what it says; its hits are where the text stands.
pub(super) fn in_base64(bytes: &[u8], start: usize) -> Option<Outcome> {
    let (plain, span) = escaped::decode(bytes, start).or_else(|| encoded::decode(bytes, start))?;
    // What is decoded is shorter each time, so this ends.
    let inner = own::joined(&plain, scan_plain(&plain, true));
    let hits = inner.hits.into_iter().map(|hit| {
        let accepted = pragma::reason(bytes, &span, hit.rule.id);
        from(start, Hit { span: span.clone(), accepted, encoded: true, ..hit })
    });
    Some(Outcome { length: span.len(), hits: hits.collect(), truncated: inner.truncated })
}

fn from(start: usize, hit: Hit) -> Hit {
    let span = hit.span.start - start..hit.span.end - start;
    Hit { span, ..hit }
}

pub(super) fn matched(
    bytes: &[u8],
    rule: &'static Rule,
    base: usize,
    captures: &Captures<'_>,
) -> Option<Hit> {
    let whole = captures.get(0)?;
    let value = captures.get(usize::from(rule.has_group))?;
    let span = base + value.start()..base + value.end();
    if !rule.open_end && !boundary::ends(bytes, span.end) {
        return None;
    }
    if !rule.context.is_empty() && !has_context(bytes, rule, &(base + whole.start()..base + whole.end())) {
        return None;
    }
    let by_name = matches!(rule.proof, Proof::Generic | Proof::NamedPassword | Proof::NamedUuid);
    if by_name && (goes_on(bytes, span.end, rule.proof) || is_key(bytes, span.end)) {
        return None;
    }
    if rule.proof == Proof::Generic && (is_search_key(bytes, &span) || is_sum(bytes, base + whole.start())) {
        return None;
    }
    let beside = match rule.proof {
        Proof::UrlPassword => whole.as_bytes(),
        _ => name(bytes, base + whole.start(), span.start),
    };
    let (named, facts) = prove(rule, value.as_bytes(), beside)?;
    Some(Hit {
        rule,
        fingerprint: redact::fingerprint(&named),
        redacted: redact::prefix(rule, value.as_bytes()),
        length: value.len(),
        facts,
        accepted: pragma::reason(bytes, &span, rule.id),
        encoded: false,
        span,
    })
}

/// The whole name that an anchor is part of, and what stands between it and the value, the rest of
/// a block aside.
fn name(bytes: &[u8], anchor: usize, value: usize) -> &[u8] {
    let before = &bytes[anchor.saturating_sub(LONGEST_NAME)..anchor];
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./".contains(byte);
    let own = before.iter().rev().take_while(|byte| part(byte)).count();
    let name = &bytes[anchor - own..value];
    memchr::memchr(b'{', name).map_or(name, |block| &name[..block])
}

/// The key of a documentation's search, which every visitor of the site has: it stands beside the
/// name of its index.
fn is_search_key(bytes: &[u8], value: &Range<usize>) -> bool {
    let near = &bytes[value.start.saturating_sub(NEAR)..bytes.len().min(value.end + NEAR)];
    value.len() == 32 && memchr::memmem::find(near, b"indexName").is_some()
}

/// Is it the name of a function that is called, or the beginning of something longer than a password?
fn goes_on(bytes: &[u8], end: usize, proof: Proof) -> bool {
    let next = bytes.get(end);
    next == Some(&b'(')
        || proof == Proof::NamedPassword
            && next.is_some_and(|next| !next.is_ascii_whitespace() && !b"\"'`<>{},;)\\".contains(next))
}

/// Is it the key of the next pair, whose own value follows: `"name": "token", "x1y2": …`?
fn is_key(bytes: &[u8], end: usize) -> bool {
    let after = &bytes[end..bytes.len().min(end + 8)];
    let quotes = after.iter().take_while(|byte| b"\\\"'`".contains(byte)).count();
    let after = after[quotes..].trim_ascii_start();
    quotes > 0 && after.starts_with(b":") && !after.starts_with(b"::")
}

/// `MD5 (secret.zip) = …`, as BSD's tools print it.
fn is_sum(bytes: &[u8], name: usize) -> bool {
    let before = &bytes[name.saturating_sub(LONGEST_NAME)..name];
    let word = before.iter().rposition(|byte| *byte == b'(').map(|open| &before[..open]);
    word.is_some_and(|word| {
        [&b"MD5 "[..], b"SHA1 ", b"SHA256 ", b"SHA512 "].iter().any(|sum| word.ends_with(sum))
    })
}

fn has_context(bytes: &[u8], rule: &Rule, whole: &Range<usize>) -> bool {
    let from = whole.start.saturating_sub(NEAR);
    let near = &bytes[from..bytes.len().min(whole.end + NEAR)];
    let near = near.to_ascii_lowercase();
    rule.context
        .iter()
        .any(|word| memchr::memmem::find(&near, word.to_ascii_lowercase().as_bytes()).is_some())
}

//! The only forms in which a credential leaves the engine.

use std::{fmt::Write as _, ops::Range};

use sha2::{Digest, Sha256};

use super::rule::Rule;

/// 64 bits of SHA-256 of the value in hexadecimal: tells values apart, gives none away.
pub fn fingerprint(value: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"gonogo-secret-1\0");
    hash.update(value);
    let mut hex = String::with_capacity(16);
    for byte in &hash.finalize()[..8] {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Bytes of a value that is taken out wherever it stands.
const SHORTEST: usize = 6;

/// What tells the kind, never a part of what is secret: `sk_live_…`.
pub(super) fn prefix(rule: &Rule, value: &[u8]) -> String {
    let known = rule.anchors.iter().filter(|anchor| value.starts_with(anchor.as_bytes()));
    let longest = known.max_by_key(|anchor| anchor.len()).filter(|anchor| anchor.len() * 2 <= value.len());
    format!("{}…", longest.copied().unwrap_or_default())
}

/// A line's piece with every hit, and everything else that looks like a credential, taken out.
///
/// `hits` are the spans of the values in the same bytes, ascending.
pub(super) fn snippet<'a>(
    bytes: &[u8],
    around: &Range<usize>,
    hits: impl Iterator<Item = (&'a Range<usize>, &'a str)>,
) -> String {
    let mut text = String::new();
    let mut at = around.start;
    for (span, redacted) in hits {
        if span.end <= at || span.start >= around.end {
            continue;
        }
        push_masked(&mut text, bytes.get(at..span.start.max(at)).unwrap_or_default());
        text.push_str(redacted);
        at = span.end;
    }
    push_masked(&mut text, bytes.get(at..around.end.max(at)).unwrap_or_default());
    text.trim_end().to_owned()
}

/// Takes values out of a snippet that stand there once more, under no name.
pub(super) fn without<'a>(mut text: String, values: impl Iterator<Item = &'a [u8]>) -> String {
    for value in values {
        let value = String::from_utf8_lossy(value);
        // Anything shorter is a word that stands everywhere.
        if value.len() >= SHORTEST && text.contains(&*value) {
            text = text.replace(&*value, "…");
        }
    }
    text
}

/// Appends text, long runs with digits in them masked: they may be credentials of unknown kinds.
fn push_masked(text: &mut String, bytes: &[u8]) {
    let plain = String::from_utf8_lossy(bytes);
    let is_token = |letter: char| letter.is_ascii_alphanumeric() || "_-+/.~".contains(letter);
    let mut rest = &*plain;
    while let Some(letter) = rest.chars().next() {
        let run = rest.find(|letter: char| !is_token(letter)).unwrap_or(rest.len());
        if run == 0 {
            text.push(if letter.is_control() { ' ' } else { letter });
            rest = &rest[letter.len_utf8()..];
            continue;
        }
        let (word, tail) = rest.split_at(run);
        if word.len() >= 16 && word.bytes().any(|byte| byte.is_ascii_digit()) {
            text.push_str(&word[..2]);
            text.push('…');
        } else {
            text.push_str(word);
        }
        rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_shows_no_value() {
        let text = b"a = 'SECRETVALUE1'; b = 'abcdefgh12345678'; ok()";
        let span = 5..17;
        let shown = snippet(text, &(0..text.len()), [(&span, "SE…")].into_iter());
        assert_eq!(shown, "a = 'SE…'; b = 'ab…'; ok()");
    }

    #[test]
    fn a_fingerprint_is_stable() {
        assert_eq!(fingerprint(b"x").len(), 16);
        assert_ne!(fingerprint(b"x"), fingerprint(b"y"));
    }
}

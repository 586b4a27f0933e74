//! Where a value begins and ends: a token inside a longer word is another word.

/// Bytes before a place that are looked at: the longest escape.
pub(super) const BEFORE: usize = 8;

/// May a value begin here? Not in the middle of a word, unless what stands before is an escape
/// (`\n`, `\u003d`, `%3D`) whose last letter is no part of a word.
pub(super) fn begins(bytes: &[u8], at: usize) -> bool {
    let at = at.min(bytes.len());
    let before = &bytes[at.saturating_sub(BEFORE)..at];
    match before {
        [] => true,
        _ if bytes.get(at).is_some_and(|first| !is_word(*first)) => true,
        [.., last] if !is_word(*last) => true,
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => true,
        _ => ends_in_unicode_escape(before) || ends_in_ansi(before),
    }
}

/// May a value that begins with `first` stand directly behind this byte, as far as one byte tells?
pub(super) fn may_precede(byte: u8, first: u8) -> bool {
    // The last letters of the escapes below.
    !is_word(first) || !is_word(byte) || byte.is_ascii_hexdigit() || b"nrtm".contains(&byte)
}

/// May a value end here?
pub(super) fn ends(bytes: &[u8], at: usize) -> bool {
    !bytes.get(at).is_some_and(|next| is_word(*next))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn ends_in_unicode_escape(before: &[u8]) -> bool {
    let Some(start) = before.len().checked_sub(6) else { return false };
    matches!(&before[start..], [b'\\', b'u', hex @ ..] if hex.iter().all(u8::is_ascii_hexdigit))
}

/// A terminal's colour code, as logs have it.
fn ends_in_ansi(before: &[u8]) -> bool {
    matches!(before, [.., 0x1b, b'[', b'0'..=b'9', b'm'] | [.., 0x1b, b'[', b'0'..=b'9', b'0'..=b'9', b'm'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_no_part_of_a_word() {
        for (before, expected) in [
            ("", true),
            ("=", true),
            ("x", false),
            (r"\n", true),
            ("n", false),
            ("%3D", true),
            (r"\u003d", true),
        ] {
            assert_eq!(begins(before.as_bytes(), before.len()), expected, "{before}");
        }
    }
}

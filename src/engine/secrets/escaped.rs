//! Credentials in texts that were escaped as a whole: URLs in a query (`postgres%3A%2F%2F`), in
//! JSON that escapes its slashes (`postgres:\/\/`), and texts in hexadecimal digits.

use std::ops::Range;

/// The longest escaped URL, and the longest hexadecimal text, that is decoded.
const LONGEST_URL: usize = 2 * 1024;
const LONGEST_HEX: usize = 16 * 1024;

/// How long the scheme before the escapes may be.
const SCHEME: usize = 20;

/// The plain text that begins at `start`, and the span it was decoded from; none if it is neither.
pub(super) fn decode(bytes: &[u8], start: usize) -> Option<(Vec<u8>, Range<usize>)> {
    let rest = bytes.get(start..)?;
    let head = &rest[..rest.len().min(SCHEME + 16)];
    let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'+';
    let scheme = head.iter().position(|byte| !is_scheme(byte)).filter(|length| *length <= SCHEME);
    let (plain, length) = match scheme.map(|length| &head[length..]) {
        Some([b':', b'\\', b'/', b'\\', b'/', ..]) => slashes(&rest[..rest.len().min(LONGEST_URL)]),
        Some([b'%', ..]) => percent(&rest[..rest.len().min(LONGEST_URL)]),
        _ if is_hex(head) => hex(&rest[..rest.len().min(LONGEST_HEX)]),
        _ => return None,
    };
    Some((plain, start..start + length))
}

/// Up to the end of the string; other escapes end it too.
fn slashes(text: &[u8]) -> (Vec<u8>, usize) {
    let (mut plain, mut at) = (Vec::new(), 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' if text.get(at + 1) == Some(&b'/') => at += 1,
            b'\\' | b'"' | b'\'' | b'`' | b'<' | b'>' => break,
            byte if byte.is_ascii_whitespace() => break,
            byte => {
                plain.push(*byte);
                at += 1;
            }
        }
    }
    (plain, at)
}

/// Up to what an encoded value cannot hold (RFC 3986 section 2.3).
fn percent(text: &[u8]) -> (Vec<u8>, usize) {
    let (mut plain, mut at) = (Vec::new(), 0);
    while let Some(byte) = text.get(at) {
        let pair = text.get(at + 1..at + 3).and_then(digits);
        match (byte, pair) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                at += 3;
            }
            (byte, _) if byte.is_ascii_alphanumeric() || b"-_.~+!*()".contains(byte) => {
                plain.push(*byte);
                at += 1;
            }
            _ => break,
        }
    }
    (plain, at)
}

fn hex(text: &[u8]) -> (Vec<u8>, usize) {
    let length = text.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(text.len());
    let plain = text[..length].chunks_exact(2).filter_map(digits).collect();
    (plain, length)
}

fn is_hex(head: &[u8]) -> bool {
    head.len() >= 24 && head[..24].iter().all(u8::is_ascii_hexdigit)
}

fn digits(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn escapes_are_taken_off() {
        for (text, plain, length) in [
            (r#"https:\/\/a.b\/c" x"#, "https://a.b/c", 16),
            (r"redis:\/\/a\u0026", "redis://a", 11),
            ("mongodb%2Bsrv%3A%2F%2Fa%3Ab%40c&x=1", "mongodb+srv://a:b@c", 31),
            ("https%3a%2f%2fa%2", "https://a", 15),
            ("736b5f6c6976655f3132333435363738z", "sk_live_12345678", 32),
        ] {
            let expected = Some((plain.as_bytes().to_vec(), 1..1 + length));
            assert_eq!(decode(format!("={text}").as_bytes(), 1), expected, "{text}");
        }
        for text in ["https://a.b/c", "c2tfbGl2ZV8xMjM0NTY3ODkwMTIzNDU2Nzg5MA==", "", "736b5f"] {
            assert_eq!(decode(text.as_bytes(), 0), None, "{text}");
        }
    }
}

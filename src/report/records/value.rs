//! Record data, understood well enough to be written in another form.

use std::{fmt::Write as _, net::IpAddr};

use crate::{engine::name::masked, seen::unescape};

/// Bytes of one character-string (RFC 1035 section 3.3).
const STRING: usize = 255;

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Value {
    Text(Vec<u8>),
    Mx {
        preference: u16,
        host: String,
    },
    Caa {
        flags: u8,
        tag: String,
        value: String,
    },
    /// The target of a CNAME or NS record.
    Name(String),
    Address(IpAddr),
}

impl Value {
    /// Reads presentation form; none for what is not a value of this type or a type not known here.
    pub(super) fn read(record: &str, text: &str) -> Option<Self> {
        match record {
            // What was masked is not what is published.
            "TXT" if masked(text).is_some() => None,
            "TXT" => Some(Self::Text(unescape(text))),
            "MX" => {
                let (preference, host) = text.split_once(' ')?;
                Some(Self::Mx { preference: preference.parse().ok()?, host: target(host)? })
            }
            "CAA" => {
                let mut parts = text.splitn(3, ' ');
                let (flags, tag) = (parts.next()?.parse().ok()?, parts.next()?.to_ascii_lowercase());
                let value = parts.next()?.trim().trim_matches('"').to_owned();
                let plain = value.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b"\"\\".contains(&byte));
                let tagged = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
                (plain && tagged && value.len() <= STRING).then_some(Self::Caa { flags, tag, value })
            }
            "CNAME" | "NS" => target(text).map(Self::Name),
            "A" => text.parse().ok().filter(IpAddr::is_ipv4).map(Self::Address),
            "AAAA" => text.parse().ok().filter(IpAddr::is_ipv6).map(Self::Address),
            _ => None,
        }
    }

    /// As in a zone file.
    pub(super) fn in_zone(&self) -> String {
        match self {
            Self::Text(bytes) => strings(bytes, zone_byte),
            Self::Mx { preference, host } => format!("{preference} {}", absolute(host)),
            Self::Caa { flags, tag, value } => format!("{flags} {tag} \"{value}\""),
            Self::Name(name) => absolute(name),
            Self::Address(address) => address.to_string(),
        }
    }

    /// As Route 53 takes it: other bytes in octal, not in decimal.
    pub(super) fn in_route53(&self) -> String {
        match self {
            Self::Text(bytes) => strings(bytes, octal_byte),
            other => other.in_zone(),
        }
    }
}

/// A TXT value in presentation form without quotes, as quoted strings of at most 255 bytes.
pub(crate) fn quoted(text: &str) -> String {
    strings(&unescape(text), zone_byte)
}

fn strings(bytes: &[u8], push: fn(&mut String, u8)) -> String {
    let one = |chunk: &[u8]| {
        let mut text = String::from("\"");
        for byte in chunk {
            push(&mut text, *byte);
        }
        text.push('"');
        text
    };
    if bytes.is_empty() {
        return "\"\"".to_owned();
    }
    bytes.chunks(STRING).map(one).collect::<Vec<_>>().join(" ")
}

fn zone_byte(text: &mut String, byte: u8) {
    match byte {
        b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
        b' '..=b'~' => text.push(char::from(byte)),
        _ => {
            let _ = write!(text, "\\{byte:03}");
        }
    }
}

fn octal_byte(text: &mut String, byte: u8) {
    match byte {
        b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
        b' '..=b'~' => text.push(char::from(byte)),
        _ => {
            let _ = write!(text, "\\{byte:03o}");
        }
    }
}

/// `.` stays the root; everything else ends in a dot.
pub(super) fn absolute(name: &str) -> String {
    if name == "." { name.to_owned() } else { format!("{name}.") }
}

fn target(text: &str) -> Option<String> {
    let name = text.trim().to_ascii_lowercase();
    if name == "." {
        return Some(name);
    }
    let name = name.strip_suffix('.').unwrap_or(&name);
    is_name(name).then(|| name.to_owned())
}

/// Letters, digits, hyphens and underscores in labels; a `*` as the first label.
pub(super) fn is_name(name: &str) -> bool {
    let letters = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        (1..=63).contains(&label.len()) && label.bytes().all(plain)
    };
    let rest = name.strip_prefix("*.").unwrap_or(name);
    name.len() <= 253 && rest.split('.').all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_inside_its_quotes() {
        let text = Value::read("TXT", "a\" \\010evil.test. TXT \\\\ \\195\\169").expect("a text");
        assert_eq!(text.in_zone(), r#""a\" \010evil.test. TXT \\ \195\169""#);
        assert_eq!(text.in_route53(), r#""a\" \012evil.test. TXT \\ \303\251""#);
        let long = quoted(&"x".repeat(300));
        assert_eq!(long, format!("\"{}\" \"{}\"", "x".repeat(255), "x".repeat(45)));
    }

    #[test]
    fn only_names_are_names() {
        for bad in ["a b", "a\nb", "", "a..b", "a.", "a;b", "$include", "a.*", "\"x\""] {
            assert!(!is_name(bad), "{bad:?}");
        }
        assert!(is_name("*.example.com") && is_name("_dmarc.example.com"));
        assert_eq!(Value::read("MX", "0 .").map(|mx| mx.in_zone()).as_deref(), Some("0 ."));
        assert_eq!(Value::read("MX", "10 mx.test\nevil.test"), None);
        assert_eq!(Value::read("CAA", "0 issue \"ca.test\" ; x\""), None);
    }
}

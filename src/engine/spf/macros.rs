//! Macro strings: their grammar (RFC 7208 section 7.1).

use std::fmt::Write as _;

/// A parsed macro-string or domain-spec.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MacroString {
    pub(super) parts: Vec<Part>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Literal(String),
    Expand(Expand),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Expand {
    /// In lower case.
    pub(super) letter: u8,
    /// URL-escape the value: the letter was written in upper case.
    pub(super) escaped: bool,
    /// Right-hand labels to keep; 0: all.
    pub(super) keep: usize,
    pub(super) reverse: bool,
    pub(super) delimiters: Vec<u8>,
}

/// Where a macro string stands decides which letters it may use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Allowed {
    Domain,
    Explanation,
}

impl MacroString {
    /// Parses; the error is the offset from 0 and the reason.
    pub(super) fn parse(text: &str, allowed: Allowed) -> Result<Self, (usize, String)> {
        let (mut parts, mut literal) = (Vec::new(), String::new());
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if byte != b'%' {
                let may_be_space = allowed == Allowed::Explanation;
                if !((0x21..=0x7e).contains(&byte) || may_be_space && byte == b' ') {
                    return Err((at, "a character outside printable ASCII".to_owned()));
                }
                literal.push(char::from(byte));
                at += 1;
                continue;
            }
            match bytes.get(at + 1) {
                Some(b'%') => literal.push('%'),
                Some(b'_') => literal.push(' '),
                Some(b'-') => literal.push_str("%20"),
                Some(b'{') => {
                    let inner = text.get(at + 2..).unwrap_or_default();
                    let end = inner.find('}').ok_or((at, "`%{` without `}`".to_owned()))?;
                    let expand = Expand::parse(&inner[..end], allowed).map_err(|why| (at, why))?;
                    if !literal.is_empty() {
                        parts.push(Part::Literal(std::mem::take(&mut literal)));
                    }
                    parts.push(Part::Expand(expand));
                    at += 3 + end;
                    continue;
                }
                _ => return Err((at, "`%` must be followed by `{`, `%`, `_` or `-`".to_owned())),
            }
            at += 2;
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Self { parts })
    }

    /// Parses a domain-spec, which ends in a top label or a macro (section 7.1).
    pub(super) fn parse_domain(text: &str) -> Result<Self, (usize, String)> {
        let parsed = Self::parse(text, Allowed::Domain)?;
        if let Some(Part::Literal(last)) = parsed.parts.last() {
            let name = last.strip_suffix('.').unwrap_or(last);
            let top = name.rsplit_once('.').map(|(_, top)| top);
            if !top.is_some_and(is_top_label) {
                return Err((0, format!("`{text}` does not end in a top-level domain or a macro")));
            }
        }
        if parsed.parts.is_empty() { Err((0, "the domain is empty".to_owned())) } else { Ok(parsed) }
    }

    /// The name if it depends on nothing but the domain (`%{d}`) and the audited sender domain (`%{o}`).
    pub fn fixed(&self, domain: &str, sender_domain: &str) -> Option<String> {
        let mut name = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => name.push_str(text),
                Part::Expand(expand) => {
                    let value = match expand.letter {
                        b'd' => domain,
                        b'o' => sender_domain,
                        _ => return None,
                    };
                    name.push_str(&expand.transform(value));
                }
            }
        }
        Some(name.strip_suffix('.').unwrap_or(&name).to_ascii_lowercase())
    }
}

impl Expand {
    fn parse(inner: &str, allowed: Allowed) -> Result<Self, String> {
        let Some((first, rest)) = inner.as_bytes().split_first() else {
            return Err("an empty macro".to_owned());
        };
        let letter = first.to_ascii_lowercase();
        match (letter, allowed) {
            (b's' | b'l' | b'o' | b'd' | b'i' | b'p' | b'v' | b'h', _)
            | (b'c' | b'r' | b't', Allowed::Explanation) => {}
            (b'c' | b'r' | b't', Allowed::Domain) => {
                return Err(format!("the macro letter `{}` is for explanations only", char::from(*first)));
            }
            _ => return Err(format!("`{}` is not a macro letter", char::from(*first))),
        }
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = rest.split_at(digits);
        let number = std::str::from_utf8(number).unwrap_or_default();
        let keep = if number.is_empty() { 0 } else { number.parse().unwrap_or(usize::MAX) };
        if !number.is_empty() && keep == 0 {
            return Err("a macro cannot keep 0 labels".to_owned());
        }
        let (reverse, delimiters) = match rest.split_first() {
            Some((b'r' | b'R', rest)) => (true, rest),
            _ => (false, rest),
        };
        if !delimiters.iter().all(|byte| b".-+,/_=".contains(byte)) {
            return Err("a macro ends in an unknown delimiter".to_owned());
        }
        Ok(Self {
            letter,
            escaped: first.is_ascii_uppercase(),
            keep,
            reverse,
            delimiters: delimiters.to_vec(),
        })
    }

    /// Splits, reverses, keeps the right-hand parts, joins with dots and escapes.
    pub(super) fn transform(&self, value: &str) -> String {
        let is_delimiter = |letter: char| match u8::try_from(letter) {
            Ok(byte) if self.delimiters.is_empty() => byte == b'.',
            Ok(byte) => self.delimiters.contains(&byte),
            Err(_) => false,
        };
        let mut parts: Vec<&str> = value.split(is_delimiter).collect();
        if self.reverse {
            parts.reverse();
        }
        if self.keep > 0 && parts.len() > self.keep {
            parts.drain(..parts.len() - self.keep);
        }
        let joined = parts.join(".");
        if self.escaped { url_escape(&joined) } else { joined }
    }
}

fn url_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// Letters, digits and hyphens, not digits alone, no hyphen at either end.
fn is_top_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && label.bytes().any(|byte| !byte.is_ascii_digit())
        && !label.starts_with('-')
        && !label.ends_with('-')
}

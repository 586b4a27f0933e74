//! The header of a real message, as far as it tells who sent it and what the receiver verified.
//!
//! Fields: RFC 5322; `DKIM-Signature`: RFC 6376 section 3.5; `Authentication-Results`: RFC 8601.
//! Only domains, selectors and results are kept: no address, no subject, no path.

mod fields;

use serde::{Deserialize, Serialize};

use self::fields::{Field, address_domain, fields, name, tag, without_comments};

/// Longest header that is read, in bytes.
pub const LARGEST: usize = 256 * 1024;
/// Signatures, results and authors that are kept.
const MOST: usize = 20;

/// What one message says about its senders. Domains are in lower case, as A-labels.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Message {
    /// The domains in `From:`.
    pub from: Vec<String>,
    /// The domain of `Return-Path:`; none for a bounce (`<>`) or where the field is missing.
    pub return_path: Option<String>,
    pub signatures: Vec<Signature>,
    /// What the receiver says it verified; from the topmost `Authentication-Results`, because a
    /// sender can write those below it.
    pub results: Vec<Verified>,
    /// It offers one-click unsubscription (RFC 8058).
    pub one_click: bool,
}

#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Signature {
    /// `d=`
    pub domain: String,
    /// `s=`
    pub selector: String,
    /// `a=`, e.g. `rsa-sha256`.
    pub algorithm: String,
}

#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Verified {
    /// `spf`, `dkim` or `dmarc`.
    pub method: String,
    /// `pass`, `fail`, …
    pub result: String,
    /// The domain that the result is about.
    pub domain: Option<String>,
}

/// Reads the header of a message; what follows the first empty line is not looked at.
pub fn parse(bytes: &[u8]) -> Message {
    let text = String::from_utf8_lossy(bytes.get(..LARGEST).unwrap_or(bytes));
    let fields = fields(&text);
    let of = |name: &'static str| fields.iter().filter(move |field| field.name == name);
    let mut from: Vec<String> = of("from").flat_map(|field| authors(&field.value)).take(MOST).collect();
    from.sort();
    from.dedup();
    let trusted = of("authentication-results").next().or_else(|| of("arc-authentication-results").next());
    Message {
        from,
        return_path: of("return-path").next().and_then(|field| address_domain(&field.value)),
        signatures: of("dkim-signature").filter_map(signature).take(MOST).collect(),
        results: trusted.map(|field| results(&field.value)).unwrap_or_default(),
        one_click: of("list-unsubscribe-post")
            .any(|field| field.value.to_ascii_lowercase().contains("list-unsubscribe=one-click")),
    }
}

impl Message {
    /// Does it say anything that could be judged?
    pub fn is_useful(&self) -> bool {
        !self.from.is_empty()
            && (self.return_path.is_some() || !self.signatures.is_empty() || !self.results.is_empty())
    }

    /// The selectors that sign for exactly this domain, sorted.
    pub fn selectors(&self, domain: &str) -> Vec<String> {
        let mut selectors: Vec<String> = self
            .signatures
            .iter()
            .filter(|signature| signature.domain == domain)
            .map(|signature| signature.selector.clone())
            .collect();
        selectors.sort();
        selectors.dedup();
        selectors
    }
}

/// The domains of an address list; display names may hold anything, also commas and `<`.
fn authors(value: &str) -> Vec<String> {
    let plain = without_quotes(&without_comments(value));
    plain.split(',').take(MOST * 5).filter_map(address_domain).collect()
}

fn without_quotes(text: &str) -> String {
    let (mut plain, mut quoted, mut escaped) = (String::with_capacity(text.len()), false, false);
    for letter in text.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            other => plain.push(other),
        }
    }
    plain
}

fn signature(field: &Field) -> Option<Signature> {
    let of = |wanted| tag(&field.value, wanted);
    Some(Signature {
        domain: name(&of("d")?)?,
        selector: name(&of("s")?)?,
        algorithm: of("a").unwrap_or_default().chars().filter(char::is_ascii_graphic).take(40).collect(),
    })
}

/// `mx.example.net; spf=pass smtp.mailfrom=a@b.test; dkim=pass header.d=b.test; dmarc=pass …`
fn results(value: &str) -> Vec<Verified> {
    let plain = without_comments(value);
    let of_method = |part: &str| {
        let mut words = part.split_whitespace();
        let (method, result) = words.next()?.split_once('=')?;
        let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
        if !["spf", "dkim", "dmarc"].contains(&method.as_str()) {
            return None;
        }
        let domain = words.take(20).filter_map(|word| word.split_once('=')).find_map(|(property, value)| {
            match (method.as_str(), property.to_ascii_lowercase().as_str()) {
                // Some receivers give only the identity of the signer.
                ("spf", "smtp.mailfrom") | ("dkim", "header.i") => address_domain(value),
                ("dkim", "header.d") | ("dmarc", "header.from") => name(value),
                _ => None,
            }
        });
        let result = result.to_ascii_lowercase();
        let result = result.chars().filter(char::is_ascii_alphabetic).take(20).collect();
        Some(Verified { method, result, domain })
    };
    plain.split(';').skip(1).filter_map(of_method).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "Return-Path: <0100@send.example.com>\r\n\
        Authentication-Results: mx.receiver.test;\r\n\
        \tdkim=pass header.i=@example.com header.s=resend header.b=abc;\r\n\
        \tspf=pass (receiver.test: 192.0.2.1; permitted) smtp.mailfrom=0100@send.example.com;\r\n\
        \tdmarc=pass (p=QUARANTINE) header.from=example.com\r\n\
        Authentication-Results: forged.test; dmarc=fail header.from=evil.test\r\n\
        DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; s=resend;\r\n\
        \td=Example.com; t=1; h=from:to; bh=x; b=y\r\n\
        From: \"Shop, <x@evil.test>\" <hello@example.com>\r\n\
        List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\
        \r\n\
        From: body@other.test\r\n";

    #[test]
    fn reads_what_decides_alignment() {
        let message = parse(GOOD.as_bytes());
        assert_eq!(message.from, ["example.com"]);
        assert_eq!(message.return_path.as_deref(), Some("send.example.com"));
        assert_eq!(message.selectors("example.com"), ["resend"]);
        assert!(message.one_click && message.is_useful());
        let shown: Vec<(&str, &str, Option<&str>)> = message
            .results
            .iter()
            .map(|one| (one.method.as_str(), one.result.as_str(), one.domain.as_deref()))
            .collect();
        assert_eq!(
            shown,
            [
                ("dkim", "pass", Some("example.com")),
                ("spf", "pass", Some("send.example.com")),
                ("dmarc", "pass", Some("example.com"))
            ]
        );
    }

    #[test]
    fn nonsense_is_no_message() {
        assert!(!parse(b"").is_useful());
        assert!(!parse(b"hello\nworld").is_useful());
        assert_eq!(parse(b"Return-Path: <>\nFrom: a@b.test").return_path, None);
    }
}

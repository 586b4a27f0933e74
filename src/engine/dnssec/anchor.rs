//! Trust anchors: the keys that a chain of signatures begins with, in the form of a zone file.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::engine::name::ascii;

/// Anchors of one file that are kept.
const MOST: usize = 64;
/// Bytes of a key or a digest.
const LONGEST: usize = 4_096;

/// The keys that IANA signs the root with, of 2017 and of 2024
/// (<https://data.iana.org/root-anchors/root-anchors.xml>).
const ROOT: &str = "\
. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
. IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
";

/// One key that is believed without a signature above it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Lower case, without the trailing dot; `.` is the root.
    pub zone: String,
    /// Number in the IANA registry of DNSSEC algorithms.
    pub algorithm: u8,
    pub held: Held,
}

/// The key itself, or its digest.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Held {
    /// DS (RFC 4034 section 5).
    Digest { tag: u16, kind: u8, digest: Vec<u8> },
    /// DNSKEY (RFC 4034 section 2).
    Key { flags: u16, public: Vec<u8> },
}

#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct AnchorError {
    /// From 1.
    pub line: usize,
    pub why: &'static str,
}

/// IANA's anchors of the root.
pub fn root() -> Vec<Anchor> {
    parse(ROOT).unwrap_or_default()
}

/// Reads DS and DNSKEY records as a zone file has them (RFC 1035 section 5.1): comments after `;`,
/// optional TTL and class, parentheses over several lines. Other record types are refused, because
/// a key that is silently left out is a chain that silently does not verify.
pub fn parse(text: &str) -> Result<Vec<Anchor>, AnchorError> {
    let mut anchors = Vec::new();
    for (line, words) in records(text)? {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        anchors.push(record(&words).map_err(|why| AnchorError { line, why })?);
        if anchors.len() > MOST {
            return Err(AnchorError { line, why: "more than 64 trust anchors" });
        }
    }
    Ok(anchors)
}

/// The words of each record and the line that it begins in.
fn records(text: &str) -> Result<Vec<(usize, Vec<String>)>, AnchorError> {
    let mut records: Vec<(usize, Vec<String>)> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.split(';').next().unwrap_or_default();
        let spaced = line.replace('(', " ( ").replace(')', " ) ");
        let mut fresh = !open;
        for word in spaced.split_whitespace() {
            match (word, open) {
                ("(", false) => open = true,
                (")", true) => open = false,
                ("(" | ")", _) => {
                    return Err(AnchorError { line: index + 1, why: "a parenthesis without its partner" });
                }
                _ if fresh => {
                    records.push((index + 1, vec![word.to_owned()]));
                    fresh = false;
                }
                _ => {
                    if let Some((_, words)) = records.last_mut() {
                        words.push(word.to_owned());
                    }
                }
            }
        }
    }
    match records.last() {
        Some((line, _)) if open => Err(AnchorError { line: *line, why: "a parenthesis that is not closed" }),
        _ => Ok(records),
    }
}

fn record(words: &[&str]) -> Result<Anchor, &'static str> {
    let (owner, mut rest) = words.split_first().ok_or("an empty record")?;
    let zone = match *owner {
        "." => ".".to_owned(),
        name => ascii(name).ok_or("the owner is not a domain name")?,
    };
    // TTL and class may stand in either order, or not at all.
    while let Some((first, tail)) = rest.split_first() {
        if first.eq_ignore_ascii_case("IN") || first.parse::<u32>().is_ok() {
            rest = tail;
        } else {
            break;
        }
    }
    match rest {
        [kind, fields @ ..] if kind.eq_ignore_ascii_case("DS") => digest(zone, fields),
        [kind, fields @ ..] if kind.eq_ignore_ascii_case("DNSKEY") => key(zone, fields),
        _ => Err("neither a DS nor a DNSKEY record, e.g. `. IN DS 20326 8 2 E06D…`"),
    }
}

fn digest(zone: String, fields: &[&str]) -> Result<Anchor, &'static str> {
    let [tag, algorithm, kind, hex @ ..] = fields else { return Err("a DS has four fields") };
    let tag = tag.parse().map_err(|_| "the key tag is not a number")?;
    let kind = kind.parse().map_err(|_| "the digest type is not a number")?;
    let digest = unhex(&hex.concat()).ok_or("the digest is not hexadecimal")?;
    let wanted = match kind {
        1 => 20,
        2 => 32,
        4 => 48,
        _ => return Err("the digest type is not 1, 2 or 4"),
    };
    if digest.len() != wanted {
        return Err("the digest has not the length of its type");
    }
    Ok(Anchor { zone, algorithm: number(algorithm)?, held: Held::Digest { tag, kind, digest } })
}

fn key(zone: String, fields: &[&str]) -> Result<Anchor, &'static str> {
    let [flags, protocol, algorithm, text @ ..] = fields else { return Err("a DNSKEY has four fields") };
    let flags: u16 = flags.parse().map_err(|_| "the flags are not a number")?;
    if *protocol != "3" || flags & 0x0100 == 0 {
        return Err("not the key of a zone: flags 256 or 257 and protocol 3");
    }
    let public = STANDARD.decode(text.concat()).map_err(|_| "the key is not base64")?;
    if public.is_empty() || public.len() > LONGEST {
        return Err("the key is empty or too long");
    }
    Ok(Anchor { zone, algorithm: number(algorithm)?, held: Held::Key { flags, public } })
}

fn number(text: &str) -> Result<u8, &'static str> {
    text.parse().map_err(|_| "the algorithm is not a number")
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok().filter(|_| pair.len() == 2))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_has_two_anchors() {
        let anchors = root();
        assert_eq!(anchors.len(), 2);
        assert!(anchors.iter().all(|anchor| anchor.zone == "."));
    }

    #[test]
    fn reads_what_tools_write() {
        let text = "; made by ldns-keygen\nExample.COM.\tIN\tDNSKEY\t257 3 13 (\n  oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA== ; ksk\n )\n\
                    test. 3600 IN DS 5 13 2 00112233445566778899aabbccddeeff 00112233445566778899aabbccddeeff\n";
        let anchors = parse(text).expect("valid");
        assert_eq!((anchors[0].zone.as_str(), anchors[1].zone.as_str()), ("example.com", "test"));
        assert!(matches!(&anchors[0].held, Held::Key { flags: 257, public } if public.len() == 64));
        assert!(matches!(&anchors[1].held, Held::Digest { tag: 5, kind: 2, .. }));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for (text, line) in [
            (". IN A 1.2.3.4", 1),
            ("\n. DS 1 8 2 00", 2),
            (". DS x 8 2 00", 1),
            (". DNSKEY 1 3 8 AAAA", 1),
            (". DS 1 8 2 (", 1),
            (". DS 1 8 2 é0", 1),
            (")", 1),
        ] {
            assert_eq!(parse(text).expect_err(text).line, line, "{text}");
        }
        assert_eq!(parse("; nothing\n"), Ok(Vec::new()));
    }
}

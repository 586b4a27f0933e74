//! DKIM key records (RFC 6376 section 3.6.1, RFC 8301, RFC 8463), without I/O.

use base64::Engine as _;
use x509_parser::{prelude::FromDer as _, public_key::PublicKey, x509::SubjectPublicKeyInfo};

/// A key record, understood as far as it can be.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct KeyRecord {
    /// `k`, `rsa` where it is not given.
    pub algorithm: String,
    pub key: Key,
    /// `t=y`: verifiers treat mail as if it were not signed.
    pub testing: bool,
    /// `h`: the hashes allowed; empty: all.
    pub hashes: Vec<String>,
    /// Faults of the record, each a phrase in lower case.
    pub errors: Vec<String>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Key {
    /// Bits of the modulus, counted from the key itself.
    Rsa(usize),
    Ed25519,
    /// `p=` is empty: the key is revoked (RFC 6376 section 3.6.1).
    Revoked,
    /// Not a key, for the reason in `errors`.
    #[default]
    Unreadable,
}

/// Is it meant to be a key record? `v=DKIM1`, or tags with a `p`.
pub fn is_key(txt: &str) -> bool {
    let tags = tags(txt);
    let version = tags.iter().find(|(name, _)| *name == "v").map(|(_, value)| *value);
    match version {
        Some(version) => version.to_ascii_uppercase().starts_with("DKIM"),
        None => tags.iter().any(|(name, value)| *name == "p" && (value.is_empty() || value.len() > 40)),
    }
}

/// Reads one record.
pub fn parse(txt: &str) -> KeyRecord {
    let mut record = KeyRecord { algorithm: "rsa".to_owned(), ..KeyRecord::default() };
    let mut key = None;
    for (index, (name, value)) in tags(txt).into_iter().enumerate() {
        match name {
            "v" if value != "DKIM1" => record.errors.push(format!("`v={value}` is not `v=DKIM1`")),
            "v" if index > 0 => record.errors.push("`v=DKIM1` is not the first tag".to_owned()),
            "k" => record.algorithm = value.to_ascii_lowercase(),
            "t" => record.testing = value.split(':').any(|flag| flag.trim() == "y"),
            "h" => {
                record.hashes = value.split(':').map(|hash| hash.trim().to_ascii_lowercase()).collect();
            }
            "p" if key.is_some() => record.errors.push("the tag `p` appears twice".to_owned()),
            "p" => key = Some(value.to_owned()),
            _ => {}
        }
    }
    match key {
        None => record.errors.push("the tag `p` with the key is missing".to_owned()),
        Some(base64) => match decode(&record.algorithm, &base64) {
            Ok(key) => record.key = key,
            Err(why) => record.errors.push(why),
        },
    }
    record
}

/// `name=value` pairs in order, space around them removed.
fn tags(txt: &str) -> Vec<(&str, &str)> {
    txt.split(';')
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect()
}

fn decode(algorithm: &str, text: &str) -> Result<Key, String> {
    let compact: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    if compact.is_empty() {
        return Ok(Key::Revoked);
    }
    if let Some(at) = compact.find(|letter: char| !letter.is_ascii_alphanumeric() && !"+/=".contains(letter))
    {
        return Err(format!(
            "the key is not base64: {:?} at its character {}",
            &compact[at..compact.ceil_char_boundary(at + 1)],
            at + 1
        ));
    }
    let lenient = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new()
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let der = lenient.decode(compact.as_bytes()).map_err(|_| {
        format!("the key is not base64 ({} characters): it was cut or changed", compact.len())
    })?;
    match algorithm {
        "ed25519" if der.len() == 32 => Ok(Key::Ed25519),
        "ed25519" => Err(format!("an ed25519 key has 32 bytes, this one has {}", der.len())),
        "rsa" => rsa(&der),
        other => Err(format!("`k={other}` is neither rsa nor ed25519")),
    }
}

/// A SubjectPublicKeyInfo, or the bare RSAPublicKey that RFC 6376 describes.
fn rsa(der: &[u8]) -> Result<Key, String> {
    if let Some(declared) = declared_length(der)
        && declared > der.len()
    {
        return Err(format!("the key is cut off: {} of {declared} bytes are there", der.len()));
    }
    if let Ok((_, info)) = SubjectPublicKeyInfo::from_der(der) {
        return match info.parsed() {
            Ok(PublicKey::RSA(key)) => Ok(Key::Rsa(bits(key.modulus))),
            _ => Err("the key in `p` is not an RSA key".to_owned()),
        };
    }
    bare_modulus(der)
        .map(|modulus| Key::Rsa(bits(modulus)))
        .ok_or_else(|| "the key in `p` is not a key".to_owned())
}

/// Whole length of the DER element at the start.
fn declared_length(der: &[u8]) -> Option<usize> {
    let (header, length) = length_at(der, 1)?;
    header.checked_add(length)
}

/// Where the contents begin and how long they are, from the length byte at `at`.
fn length_at(der: &[u8], at: usize) -> Option<(usize, usize)> {
    let first = *der.get(at)?;
    if first < 0x80 {
        return Some((at + 1, usize::from(first)));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 {
        return None;
    }
    let bytes = der.get(at + 1..at + 1 + count)?;
    Some((at + 1 + count, bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))))
}

/// `SEQUENCE { modulus INTEGER, exponent INTEGER }`
fn bare_modulus(der: &[u8]) -> Option<&[u8]> {
    let (inside, _) = length_at(der, 1).filter(|_| der.first() == Some(&0x30))?;
    if der.get(inside) != Some(&0x02) {
        return None;
    }
    let (start, length) = length_at(der, inside + 1)?;
    der.get(start..start.checked_add(length)?)
}

fn bits(modulus: &[u8]) -> usize {
    let significant = modulus.iter().position(|byte| *byte != 0).map_or(&[][..], |at| &modulus[at..]);
    let first = significant.first().map_or(0, |byte| byte.leading_zeros() as usize);
    (significant.len() * 8).saturating_sub(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_a_letter_of_several_bytes_is_no_base64() {
        let record = parse("v=DKIM1; p=MIIBé");
        assert_eq!(record.errors, ["the key is not base64: \"é\" at its character 5"]);
    }

    /// A SubjectPublicKeyInfo with a modulus of so many bytes, all bits set.
    fn key(bytes: usize) -> Vec<u8> {
        fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
            let length = u16::try_from(contents.len()).unwrap_or_default().to_be_bytes();
            [&[tag, 0x82, length[0], length[1]][..], contents].concat()
        }
        let modulus = element(2, &[&[0][..], &vec![0xff; bytes]].concat());
        let pair = element(0x30, &[modulus, vec![2, 3, 1, 0, 1]].concat());
        let algorithm = [0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0].to_vec();
        element(0x30, &[algorithm, element(3, &[vec![0], pair].concat())].concat())
    }

    fn text(der: &[u8]) -> String {
        base64::engine::general_purpose::STANDARD.encode(der)
    }

    #[test]
    fn counts_the_bits_of_the_key_itself() {
        for bytes in [64, 128, 256] {
            let record = parse(&format!("v=DKIM1; k=rsa; p={}", text(&key(bytes))));
            assert_eq!(record.key, Key::Rsa(bytes * 8), "{:?}", record.errors);
        }
    }

    #[test]
    fn a_cut_key_is_named_as_such() {
        let der = key(256);
        let record = parse(&format!("v=DKIM1; k=rsa; p={}", text(&der[..180])));
        assert_eq!(record.key, Key::Unreadable);
        assert!(record.errors[0].contains("cut off"), "{:?}", record.errors);
    }

    #[test]
    fn knows_revoked_ed25519_and_nonsense() {
        assert_eq!(parse("v=DKIM1; p=").key, Key::Revoked);
        assert_eq!(parse(&format!("v=DKIM1; k=ed25519; p={}", text(&[7; 32]))).key, Key::Ed25519);
        assert_eq!(parse("v=DKIM1; p=\"AAAA\"").key, Key::Unreadable);
        assert_eq!(parse("v=DKIM1; k=rsa").errors, ["the tag `p` with the key is missing"]);
        assert!(!is_key("v=spf1 -all"));
    }
}

//! Private keys in text: PEM, also escaped into JSON, quoted over lines or indented.

use base64::Engine as _;

/// Is a key's body protected by a passphrase?
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Protection {
    None,
    Passphrase,
}

/// The fewest Base64 characters a key has: Ed25519 in PKCS #8 is 48 bytes.
const SHORTEST: usize = 60;

/// The Base64 text of the body and how it is protected, if it is a key at all.
///
/// The body is the same for every way of writing it, so that one key is one finding.
pub(super) fn body(block: &[u8]) -> Option<(Vec<u8>, Protection)> {
    let text = String::from_utf8_lossy(block);
    let (_, rest) = text.split_once("-----BEGIN")?;
    let (label, rest) = rest.split_once("-----")?;
    let inner = rest.split("-----").next()?;
    let plain = inner.replace("\\r", "").replace("\\n", "\n").replace("\\t", "");
    let has_dek = plain.contains("DEK-Info") || plain.contains("Proc-Type: 4,ENCRYPTED");
    let body: Vec<u8> = plain
        .lines()
        .filter(|line| !line.contains(": ") && !line.trim_start().starts_with('='))
        .flat_map(str::bytes)
        .filter(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte))
        .collect();
    if body.len() < SHORTEST
        || is_cut(&body)
        || super::likeness::is_stand_in(&body[..SHORTEST.min(body.len())]) && !is_der(&body)
    {
        return None;
    }
    let protection = if label.contains("PGP") {
        // Whether a PGP key has a passphrase is in its packets; the export asks for one by default.
        is_pgp(&body).then_some(Protection::None)
    } else if has_dek || label.contains("ENCRYPTED") {
        Some(Protection::Passphrase)
    } else if label.contains("OPENSSH") {
        openssh(&body)
    } else {
        is_der(&body).then_some(Protection::None)
    };
    protection.map(|protection| (body, protection))
}

/// A DER SEQUENCE of a long form or of at most 127 bytes.
fn is_der(body: &[u8]) -> bool {
    head(body).is_some_and(|head| head.first() == Some(&0x30))
}

/// Documentation shows the first line of a key and three dots: a fraction of the length it declares.
fn is_cut(body: &[u8]) -> bool {
    let bytes = body.len() * 3 / 4;
    let declared = head(body).map_or(0, |head| match head[..] {
        [0x30, 0x82, high, low, ..] => usize::from(u16::from_be_bytes([high, low])),
        _ => 0,
    });
    bytes < 96 && declared > 3 * bytes
}

/// Secret-key packet, old or new format (RFC 9580 section 4.2).
fn is_pgp(body: &[u8]) -> bool {
    head(body).is_some_and(|head| head.first().is_some_and(|tag| matches!(tag, 0x94..=0x97 | 0xC5)))
}

/// `openssh-key-v1\0`, then the name of the cipher.
fn openssh(body: &[u8]) -> Option<Protection> {
    let head = head(body)?;
    let cipher = head.strip_prefix(b"openssh-key-v1\0\0\0\0")?;
    let (length, name) = cipher.split_first()?;
    let name = name.get(..usize::from(*length))?;
    Some(if name == b"none" { Protection::None } else { Protection::Passphrase })
}

fn head(body: &[u8]) -> Option<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(body.get(..SHORTEST)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(label: &str, der: &[u8]) -> String {
        let body = base64::engine::general_purpose::STANDARD.encode(der);
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----")
    }

    fn noise(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * at * 31 + at * 7 + 13) as u8).collect()
    }

    #[test]
    fn the_body_is_the_same_in_every_dress() {
        let mut der = vec![0x30, 0x50];
        der.extend(noise(80));
        let plain = pem("PRIVATE KEY", &der);
        let escaped = plain.replace('\n', "\\n");
        assert!(body(plain.as_bytes()).is_some());
        assert_eq!(body(plain.as_bytes()), body(escaped.as_bytes()));
        assert_eq!(body(plain.as_bytes()).map(|(_, kind)| kind), Some(Protection::None));
    }

    #[test]
    fn passphrases_are_seen() {
        let mut bytes = b"openssh-key-v1\0\0\0\0\x0aaes256-ctr".to_vec();
        bytes.extend(noise(100));
        let text = pem("OPENSSH PRIVATE KEY", &bytes);
        assert_eq!(body(text.as_bytes()).map(|(_, kind)| kind), Some(Protection::Passphrase));
    }

    #[test]
    fn what_is_no_key_is_none() {
        assert_eq!(body(b"-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"), None);
        assert_eq!(body(pem("PRIVATE KEY", &noise(90)).as_bytes()), None);
        assert_eq!(body(b"-----BEGIN"), None);
    }
}

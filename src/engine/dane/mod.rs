//! DANE for SMTP (RFC 6698, 7671, 7672): TLSA records, and whether a chain fits them.

use std::fmt::Write as _;

use sha2::{Digest, Sha256, Sha512};

use super::{
    der,
    signed::{self, Fault},
};
use crate::seen::Tlsa;

/// Longest chain that is looked at.
const CHAIN: usize = 20;
/// Longest association data: a whole certificate.
const DATA: usize = 16 * 1_024;

/// What a record can do for a mail server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Use {
    /// DANE-TA: an authority of the chain.
    Anchor,
    /// DANE-EE: the server's own certificate.
    Leaf,
    /// None, and why.
    None(&'static str),
}

/// Senders use only some kinds of record (RFC 7672 section 3.1.3).
pub fn usable(record: &Tlsa) -> Use {
    let length = match record.matching {
        0 => None,
        1 => Some(32),
        2 => Some(64),
        _ => return Use::None("its matching type is unknown"),
    };
    if record.selector > 1 {
        return Use::None("its selector is unknown");
    }
    let bytes = record.data.len() / 2;
    if !record.data.len().is_multiple_of(2) || bytes == 0 || length.is_some_and(|wanted| wanted != bytes) {
        return Use::None("its data has the wrong length");
    }
    match record.usage {
        0 | 1 => Use::None("usages 0 and 1 are not for mail (RFC 7672 section 3.1.3)"),
        2 => Use::Anchor,
        3 => Use::Leaf,
        _ => Use::None("its usage is unknown"),
    }
}

/// Does the record fit the chain (DER, the leaf first)? For an anchor the certificates up to it must
/// sign each other; names and dates are the caller's to judge.
pub fn fits(record: &Tlsa, chain: &[&[u8]]) -> bool {
    let equal = |certificate: &&[u8]| {
        association(certificate, record.selector, record.matching).as_ref() == Some(&record.data)
    };
    match usable(record) {
        Use::Leaf => chain.first().is_some_and(equal),
        Use::Anchor => path(chain).iter().any(|index| chain.get(*index).is_some_and(equal)),
        Use::None(_) => false,
    }
}

/// The data that a record for this certificate must have, lower-case hexadecimal.
pub fn association(certificate: &[u8], selector: u8, matching: u8) -> Option<String> {
    let selected = match selector {
        0 => certificate,
        1 => der::certificate(certificate)?.key,
        _ => return None,
    };
    Some(match matching {
        0 => hex(selected),
        1 => hex(&Sha256::digest(selected)),
        2 => hex(&Sha512::digest(selected)),
        _ => return None,
    })
}

/// `usage selector matching data`, numbers and hexadecimal, as a recorded value.
pub fn parse(usage: u8, selector: u8, matching: u8, data: &[u8]) -> Tlsa {
    let data = hex(data.get(..data.len().min(DATA)).unwrap_or_default());
    Tlsa { usage, selector, matching, data, fits: None }
}

/// Positions of the certificates above the leaf that really issued those below.
fn path(chain: &[&[u8]]) -> Vec<usize> {
    let (mut found, mut current) = (Vec::new(), 0);
    let count = chain.len().min(CHAIN);
    while let Some(below) = chain.get(current) {
        let next = (1..count).filter(|index| *index != current && !found.contains(index)).find(|index| {
            // An algorithm that nobody verifies any more is another check's matter.
            matches!(signed::issued(chain[*index], below), Ok(()) | Err(Fault::Unsupported))
        });
        let Some(next) = next else { break };
        found.push(next);
        current = next;
    }
    found
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_usable() {
        let record = |usage, selector, matching, bytes| parse(usage, selector, matching, &vec![1; bytes]);
        assert_eq!(usable(&record(3, 1, 1, 32)), Use::Leaf);
        assert_eq!(usable(&record(2, 0, 2, 64)), Use::Anchor);
        for wrong in [
            record(1, 1, 1, 32),
            record(3, 2, 1, 32),
            record(3, 1, 3, 32),
            record(3, 1, 1, 31),
            record(3, 1, 0, 0),
            record(4, 1, 1, 32),
        ] {
            assert!(matches!(usable(&wrong), Use::None(_)), "{wrong:?}");
        }
    }

    #[test]
    fn fits_the_leaf_and_an_anchor_that_signs() {
        let made = |ca: bool| {
            let mut params = rcgen::CertificateParams::new(vec!["a.test".to_owned()]).expect("names");
            if ca {
                params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            }
            (params, rcgen::KeyPair::generate().expect("a key"))
        };
        let (root, key) = made(true);
        let root_der = root.clone().self_signed(&key).expect("a root").der().to_vec();
        let issuer = rcgen::Issuer::new(root, key);
        let (leaf, leaf_key) = made(false);
        let leaf = leaf.signed_by(&leaf_key, &issuer).expect("a leaf").der().to_vec();
        let (other, other_key) = made(true);
        let other = other.self_signed(&other_key).expect("another").der().to_vec();

        let of = |usage, certificate: &[u8]| Tlsa {
            usage,
            selector: 1,
            matching: 1,
            data: association(certificate, 1, 1).expect("a certificate"),
            fits: None,
        };
        assert!(fits(&of(3, &leaf), &[&leaf, &root_der]));
        assert!(!fits(&of(3, &root_der), &[&leaf, &root_der]));
        assert!(fits(&of(2, &root_der), &[&leaf, &root_der]));
        assert!(!fits(&of(2, &root_der), &[&leaf]), "the anchor was not sent");
        assert!(!fits(&of(2, &other), &[&leaf, &other]), "it did not sign the leaf");
    }
}

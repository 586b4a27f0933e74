//! Keys and signatures that no longer hold.

use crate::seen::{Certificate, PublicKey};

/// What is wrong with a public key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyFault {
    /// Fewer bits than 2048 (RSA) or 224 (elliptic curve); the number wanted.
    Short { wanted: u32 },
    /// An RSA exponent of 1, or an even one: no protection at all.
    Exponent,
    /// An algorithm no browser accepts.
    Obsolete,
}

/// Judges a key by the Baseline Requirements section 6.1.5 and NIST SP 800-57 part 1.
pub fn key_fault(key: &PublicKey) -> Option<KeyFault> {
    match key.algorithm.as_str() {
        "RSA" if key.exponent.is_some_and(|exponent| exponent < 3 || exponent % 2 == 0) => {
            Some(KeyFault::Exponent)
        }
        "RSA" if key.bits < 2_048 => Some(KeyFault::Short { wanted: 2_048 }),
        "ECDSA" if key.bits > 0 && key.bits < 224 => Some(KeyFault::Short { wanted: 256 }),
        "DSA" => Some(KeyFault::Obsolete),
        _ => None,
    }
}

/// The broken hash under a certificate's signature, if it has one. The signature of a root proves
/// nothing, so it does not count.
pub fn signature_fault(certificate: &Certificate) -> Option<&'static str> {
    let name = certificate.signature.to_ascii_lowercase();
    ["md2", "md4", "md5", "sha1"]
        .into_iter()
        .zip(["MD2", "MD4", "MD5", "SHA-1"])
        .find(|(hash, _)| name.starts_with(hash) || name.ends_with(hash))
        .map(|(_, shown)| shown)
}

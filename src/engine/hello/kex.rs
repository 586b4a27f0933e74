//! ServerKeyExchange: the parameters of an ephemeral key exchange, in plaintext up to TLS 1.2
//! (RFC 5246 section 7.4.3, RFC 8422 section 5.4).

use std::fmt::Write as _;

use super::{Exchange, Modulus, Suite, server::Input};

/// What the server offers to agree a key with.
#[derive(Clone, Debug, serde::Deserialize, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyExchange {
    /// Finite-field Diffie-Hellman with a prime of so many bits; `prime` is its first 8 bytes in
    /// hexadecimal, enough to recognise a well-known one. `modulus` is what the number is, if it was
    /// looked at.
    Dhe {
        bits: u32,
        prime: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        modulus: Option<Modulus>,
    },
    /// A named curve or group.
    Ecdhe { group: u16 },
}

impl KeyExchange {
    pub(super) fn read(suite: Suite, body: &[u8]) -> Option<Self> {
        let mut input = Input(body);
        match suite.exchange() {
            Exchange::Ecdhe => {
                // Type 3 is named_curve; explicit curves were never deployed.
                (input.byte()? == 3).then_some(())?;
                Some(Self::Ecdhe { group: input.short()? })
            }
            Exchange::Anonymous if suite.name.contains("_ECDH_") => {
                (input.byte()? == 3).then_some(())?;
                Some(Self::Ecdhe { group: input.short()? })
            }
            Exchange::Dhe | Exchange::Anonymous => Self::finite_field(input),
            _ => None,
        }
    }

    /// Equal, whatever is known about the modulus.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dhe { bits, prime, .. }, Self::Dhe { bits: others, prime: another, .. }) => {
                bits == others && prime == another
            }
            _ => self == other,
        }
    }

    /// The modulus of a finite-field exchange, as it was sent.
    pub(super) fn prime(&self, body: &[u8]) -> Option<Vec<u8>> {
        let mut input = Input(body);
        let length = usize::from(input.short()?);
        matches!(self, Self::Dhe { .. }).then_some(())?;
        input.take(length).map(<[u8]>::to_vec)
    }

    fn finite_field(mut input: Input<'_>) -> Option<Self> {
        let length = usize::from(input.short()?);
        let prime = input.take(length)?;
        let prime = &prime[prime.iter().position(|byte| *byte != 0).unwrap_or(prime.len())..];
        let first = *prime.first()?;
        let bits = u32::try_from(prime.len()).ok()?.checked_mul(8)? - first.leading_zeros();
        let mut shown = String::with_capacity(16);
        for byte in prime.iter().take(8) {
            let _ = write!(shown, "{byte:02x}");
        }
        Some(Self::Dhe { bits, prime: shown, modulus: None })
    }
}

//! Signatures of certificates, OCSP responses and transparency logs: over which bytes, by whose key.

use rustls::crypto::aws_lc_rs::default_provider;

use super::der::{self, Der};

/// Why a signature did not verify.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// An algorithm or kind of key that no current client accepts, or that is unknown here.
    Unsupported,
    /// It is not the key's signature of these bytes.
    Wrong,
}

/// Contents of the AlgorithmIdentifier `ecdsa-with-SHA256`.
pub const ECDSA_SHA256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// The same of `sha256WithRSAEncryption`.
pub const RSA_SHA256: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00];

/// Verifies `signature` over `message` by the key in `key` (SubjectPublicKeyInfo, DER); `algorithm`
/// is the contents of an AlgorithmIdentifier.
pub fn verify(key: &[u8], algorithm: &[u8], message: &[u8], signature: &[u8]) -> Result<(), Fault> {
    let mut info = Der(key).sequence().ok_or(Fault::Unsupported)?;
    let kind = info.expect(der::SEQUENCE).ok_or(Fault::Unsupported)?.content;
    let bits = info.bits().ok_or(Fault::Unsupported)?;
    let provider = default_provider().signature_verification_algorithms;
    let fitting = provider.all.iter().filter(|one| {
        one.public_key_alg_id().as_ref() == kind && one.signature_alg_id().as_ref() == algorithm
    });
    let mut fault = Fault::Unsupported;
    for one in fitting {
        match one.verify_signature(bits, message, signature) {
            Ok(()) => return Ok(()),
            Err(_) => fault = Fault::Wrong,
        }
    }
    Err(fault)
}

/// Is `certificate` signed by the key of `issuer`, and does it name it? Both DER.
pub fn issued(issuer: &[u8], certificate: &[u8]) -> Result<(), Fault> {
    let (Some(issuer), Some(one)) = (der::certificate(issuer), der::certificate(certificate)) else {
        return Err(Fault::Unsupported);
    };
    if issuer.subject != one.issuer {
        return Err(Fault::Wrong);
    }
    verify(issuer.key, one.algorithm, one.tbs, one.signature)
}

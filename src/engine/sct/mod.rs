//! Signed certificate timestamps (RFC 6962): who logged a certificate, and is it that very one?

mod logs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

pub use self::logs::{Log, log};
use super::{
    der::{self, Der, encode},
    signed::{self, ECDSA_SHA256, Fault, RSA_SHA256},
};
use crate::seen::Sct;

/// The extension that holds them, RFC 6962 section 3.3.
const EXTENSION: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02];
/// Most timestamps of one list.
const LIST: usize = 32;

/// The timestamps embedded in the leaf `chain[0]` (DER), each verified where the log's key and the
/// issuer are known; empty where there are none or the list is malformed.
pub fn embedded(chain: &[&[u8]]) -> Vec<Sct> {
    let Some(parts) = chain.first().and_then(|leaf| der::certificate(leaf)) else { return Vec::new() };
    let Some(list) = der::extension(parts.extensions, EXTENSION) else { return Vec::new() };
    let signed = precertificate(chain).ok_or("the issuer's certificate was not sent");
    read(list, "certificate", &signed)
}

/// The timestamps in an OCSP response, which are signed over the certificate as it is.
pub(super) fn in_staple(list: &[u8], chain: &[&[u8]]) -> Vec<Sct> {
    read(list, "staple", &certificate(chain))
}

/// The timestamps in the extension of a ServerHello: a SignedCertificateTimestampList as it is (RFC 6962
/// section 3.3.1).
pub fn in_handshake(list: &[u8], chain: &[&[u8]]) -> Vec<Sct> {
    listed(list, "handshake", &certificate(chain))
}

fn certificate(chain: &[&[u8]]) -> Result<Vec<u8>, &'static str> {
    chain.first().and_then(|leaf| entry(0, &[], leaf)).ok_or("the certificate is too long")
}

/// `value` is an OCTET STRING around a SignedCertificateTimestampList (section 3.3).
fn read(value: &[u8], source: &str, signed: &Result<Vec<u8>, &'static str>) -> Vec<Sct> {
    let list = Der(value).expect(der::OCTET_STRING);
    list.map(|inner| listed(inner.content, source, signed)).unwrap_or_default()
}

fn listed(list: &[u8], source: &str, signed: &Result<Vec<u8>, &'static str>) -> Vec<Sct> {
    let Some((mut list, _)) = vector(list) else { return Vec::new() };
    let mut found = Vec::new();
    while let Some((one, rest)) = vector(list) {
        list = rest;
        if found.len() == LIST {
            break;
        }
        if let Some(raw) = Raw::read(one) {
            found.push(raw.judge(source, signed));
        }
    }
    found
}

struct Raw<'a> {
    log: &'a [u8],
    at: [u8; 8],
    /// With their length before them.
    extensions: &'a [u8],
    /// Hash and signature algorithm (RFC 5246 section 7.4.1.4.1).
    algorithm: [u8; 2],
    signature: &'a [u8],
}

impl<'a> Raw<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let (log, rest) = rest.split_at_checked(32)?;
        let (at, rest) = rest.split_at_checked(8)?;
        let (extensions, after) = vector(rest)?;
        let extensions = rest.get(..extensions.len() + 2)?;
        let (algorithm, rest) = after.split_at_checked(2)?;
        let (signature, _) = vector(rest)?;
        (*version == 0).then_some(())?;
        Some(Self {
            log,
            at: at.try_into().ok()?,
            extensions,
            algorithm: algorithm.try_into().ok()?,
            signature,
        })
    }

    fn judge(&self, source: &str, signed: &Result<Vec<u8>, &'static str>) -> Sct {
        let known = log(self.log);
        let millis = i64::try_from(u64::from_be_bytes(self.at)).unwrap_or(i64::MAX);
        let verdict = match (known.and_then(|log| log.key.as_deref()), signed) {
            (Some(key), Ok(signed)) => self.verify(key, signed),
            _ => Err(Fault::Unsupported),
        };
        Sct {
            log: STANDARD.encode(self.log),
            operator: known.map(|log| log.operator.to_owned()),
            at: Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX),
            source: source.to_owned(),
            verified: verdict.is_ok(),
            wrong: (verdict == Err(Fault::Wrong))
                .then(|| "it is not the log's signature of this certificate".to_owned()),
        }
    }

    /// RFC 6962 section 3.2: version, type of signature, time, entry, extensions.
    fn verify(&self, key: &[u8], entry: &[u8]) -> Result<(), Fault> {
        let message = [&[0, 0], &self.at[..], entry, self.extensions].concat();
        let algorithm = match self.algorithm {
            [4, 3] => ECDSA_SHA256,
            [4, 1] => RSA_SHA256,
            _ => return Err(Fault::Unsupported),
        };
        signed::verify(key, algorithm, &message, self.signature)
    }
}

/// What was signed when the leaf was still to be issued: the issuer's key and the certificate without
/// the timestamps.
fn precertificate(chain: &[&[u8]]) -> Option<Vec<u8>> {
    let (leaf, rest) = chain.split_first()?;
    let issuer = rest.iter().find(|issuer| signed::issued(issuer, leaf).is_ok())?;
    let hash = Sha256::digest(der::certificate(issuer)?.key);
    let parts = der::certificate(leaf)?;
    let (mut list, mut kept) = (Der(parts.extensions), Vec::new());
    while let Some(one) = list.expect(der::SEQUENCE) {
        if Der(one.content).expect(der::OID)?.content != EXTENSION {
            kept.extend_from_slice(one.whole);
        }
    }
    let extensions = encode(0xa3, &encode(der::SEQUENCE, &kept));
    let tbs = encode(der::SEQUENCE, &[parts.before_extensions, &extensions].concat());
    entry(1, &hash, &tbs)
}

/// Entry type, what goes before the certificate, and the certificate with a length of three bytes.
fn entry(kind: u8, before: &[u8], certificate: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(certificate.len()).ok().filter(|length| *length < 1 << 24)?;
    Some([&[0, kind], before, &length.to_be_bytes()[1..], certificate].concat())
}

/// A vector with a length of two bytes, and what follows it.
fn vector(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(2)?;
    rest.split_at_checked(usize::from(u16::from_be_bytes([length[0], length[1]])))
}

//! The question (RFC 6960 section 4.1), without a nonce: answers are made in advance.

use super::super::der::{self, Der, encode};

/// authorityInfoAccess and id-ad-ocsp
const ACCESS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01];
const OCSP: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01];
/// AlgorithmIdentifier of SHA-1, which names issuers here and protects nothing.
const SHA1: &[u8] = &[0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00];
/// Most characters of an address.
const URL: usize = 300;

/// A request for the status of `leaf`, issued by `issuer`, both DER.
pub fn request(leaf: &[u8], issuer: &[u8]) -> Option<Vec<u8>> {
    let (leaf, issuer) = (der::certificate(leaf)?, der::certificate(issuer)?);
    let mut info = Der(issuer.key).sequence()?;
    info.expect(der::SEQUENCE)?;
    let key = info.bits()?;
    let id = [
        SHA1.to_vec(),
        encode(der::OCTET_STRING, &sha1(leaf.issuer)?),
        encode(der::OCTET_STRING, &sha1(key)?),
        encode(der::INTEGER, leaf.serial),
    ]
    .concat();
    // OCSPRequest { tbsRequest { requestList { Request { reqCert } } } }
    let request = (0..5).fold(id, |inner, _| encode(der::SEQUENCE, &inner));
    Some(request)
}

/// Where the certificate says its status can be asked, over HTTP.
pub fn responder(certificate: &[u8]) -> Option<String> {
    let parts = der::certificate(certificate)?;
    let mut list = Der(der::extension(parts.extensions, ACCESS)?).sequence()?;
    while let Some(mut one) = list.sequence() {
        let method = one.expect(der::OID)?.content;
        // [6] IMPLICIT IA5String: a URI.
        let place = one.element()?;
        let url = std::str::from_utf8(place.content).unwrap_or_default();
        if method == OCSP && place.tag == 0x86 && url.starts_with("http://") && url.len() <= URL {
            return Some(url.to_owned());
        }
    }
    None
}

/// With the hasher that git objects are named by.
fn sha1(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut hasher = gix::hash::hasher(gix::hash::Kind::Sha1);
    hasher.update(bytes);
    Some(hasher.try_finalize().ok()?.as_slice().to_vec())
}

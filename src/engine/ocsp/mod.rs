//! OCSP (RFC 6960): writes a request, reads a response, and verifies who signed it.

mod request;

use jiff::{Timestamp, civil};

pub use self::request::{request, responder};
use super::{
    der::{self, Der},
    sct,
    signed::{self, Fault},
};
use crate::seen::{OcspResponse, OcspStatus, Sct, Signature};

/// id-pkix-ocsp-basic
const BASIC: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
/// The extension that holds timestamps of transparency logs, RFC 6962 section 3.3.
const TIMESTAMPS: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x05];
/// extKeyUsage and id-kp-OCSPSigning
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const OCSP_SIGNING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09];
/// Most answers and certificates of one response that are looked at.
const ANSWERS: usize = 64;
const CERTIFICATES: usize = 8;

/// What a response says about the leaf, and the log timestamps that came with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub response: OcspResponse,
    pub scts: Vec<Sct>,
}

/// Reads a response about `chain[0]`, all DER; none where it is not an OCSP response. The issuer is
/// taken from the chain; a responder that it delegated to must be valid at `now`.
pub fn read(response: &[u8], chain: &[&[u8]], now: Timestamp) -> Option<Read> {
    let mut outer = Der(response).sequence()?;
    let code = *outer.expect(der::ENUMERATED)?.content.first()?;
    let mut found = OcspResponse {
        response: name(code).to_owned(),
        status: None,
        this_update: None,
        next_update: None,
        signature: Signature::Unverified("the response is not signed".to_owned()),
    };
    if code != 0 {
        return Some(Read { response: found, scts: Vec::new() });
    }
    let mut bytes = outer.tagged(0)?.sequence()?;
    if bytes.expect(der::OID)?.content != BASIC {
        return None;
    }
    let mut basic = Der(bytes.expect(der::OCTET_STRING)?.content).sequence()?;
    let data = basic.expect(der::SEQUENCE)?;
    let algorithm = basic.expect(der::SEQUENCE)?.content;
    let signature = basic.bits()?;
    let certificates = basic.tagged(0).and_then(|mut list| list.sequence());

    let leaf = der::certificate(chain.first()?)?;
    let single = single(data.content, leaf.serial)?;
    let mut scts = Vec::new();
    if let Some(single) = single {
        found.status = Some(single.status);
        found.this_update = Some(single.this_update);
        found.next_update = single.next_update;
        let list = single.extensions.and_then(|list| der::extension(list, TIMESTAMPS));
        scts = list.map(|list| sct::in_staple(list, chain)).unwrap_or_default();
    }
    let signed = Signed { data: data.whole, algorithm, signature };
    found.signature = signer(&signed, certificates, chain, now);
    Some(Read { response: found, scts })
}

/// RFC 6960 section 4.2.1.
fn name(code: u8) -> &'static str {
    match code {
        0 => "successful",
        1 => "malformedRequest",
        2 => "internalError",
        3 => "tryLater",
        5 => "sigRequired",
        6 => "unauthorized",
        _ => "an unknown status",
    }
}

struct Single<'a> {
    status: OcspStatus,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    extensions: Option<&'a [u8]>,
}

/// The answer about one serial number; the outer none means that the response is malformed.
#[allow(clippy::option_option, reason = "malformed and absent are different things")]
fn single<'a>(data: &'a [u8], serial: &[u8]) -> Option<Option<Single<'a>>> {
    let mut data = Der(data);
    let _version = data.tagged(0);
    let _responder = data.tagged(1).or_else(|| data.tagged(2))?;
    data.expect(der::GENERALIZED_TIME)?;
    let mut answers = data.sequence()?;
    for _ in 0..ANSWERS {
        if answers.is_empty() {
            break;
        }
        let mut answer = answers.sequence()?;
        let mut id = answer.sequence()?;
        id.expect(der::SEQUENCE)?;
        id.expect(der::OCTET_STRING)?;
        id.expect(der::OCTET_STRING)?;
        if id.expect(der::INTEGER)?.content != serial {
            continue;
        }
        let status = answer.element()?;
        let status = match status.tag {
            0x80 => OcspStatus::Good,
            0xa1 => {
                OcspStatus::Revoked { at: time(Der(status.content).expect(der::GENERALIZED_TIME)?.content)? }
            }
            0x82 => OcspStatus::Unknown,
            _ => return None,
        };
        let this_update = time(answer.expect(der::GENERALIZED_TIME)?.content)?;
        let next_update = match answer.tagged(0) {
            Some(mut next) => Some(time(next.expect(der::GENERALIZED_TIME)?.content)?),
            None => None,
        };
        let extensions =
            answer.tagged(1).and_then(|mut list| list.expect(der::SEQUENCE)).map(|list| list.content);
        return Some(Some(Single { status, this_update, next_update, extensions }));
    }
    Some(None)
}

struct Signed<'a> {
    data: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
}

/// Signed by the leaf's issuer, or by a responder that the issuer named for it (section 4.2.2.2)?
fn signer(signed: &Signed<'_>, certificates: Option<Der<'_>>, chain: &[&[u8]], now: Timestamp) -> Signature {
    let issuer = chain.split_first().and_then(|(leaf, rest)| {
        rest.iter().copied().find(|candidate| signed::issued(candidate, leaf).is_ok())
    });
    let Some((issuer, parts)) = issuer.and_then(|issuer| Some((issuer, der::certificate(issuer)?))) else {
        return Signature::Unverified("the issuer's certificate was not sent".to_owned());
    };
    let by = |key: &[u8]| signed::verify(key, signed.algorithm, signed.data, signed.signature);
    match by(parts.key) {
        Ok(()) => return Signature::Verified,
        Err(Fault::Unsupported) if certificates.is_none() => {
            return Signature::Unverified("its signature algorithm is not supported".to_owned());
        }
        Err(_) => {}
    }
    let mut why = "it is signed neither by the issuer nor by a responder of its own".to_owned();
    let mut list = certificates.unwrap_or(Der(&[]));
    for _ in 0..CERTIFICATES {
        let Some(one) = list.expect(der::SEQUENCE) else { break };
        let Some(responder) = der::certificate(one.whole) else { continue };
        match by(responder.key) {
            Ok(()) => match delegated(issuer, one.whole, responder.extensions, now) {
                Ok(()) => return Signature::Verified,
                Err(fault) => fault.clone_into(&mut why),
            },
            Err(Fault::Unsupported) => {
                return Signature::Unverified("its signature algorithm is not supported".to_owned());
            }
            Err(Fault::Wrong) => {}
        }
    }
    Signature::Wrong(why)
}

fn delegated(issuer: &[u8], responder: &[u8], extensions: &[u8], now: Timestamp) -> Result<(), &'static str> {
    signed::issued(issuer, responder).map_err(|_| "its responder is not certified by the issuer")?;
    let usage = der::extension(extensions, EXTENDED_KEY_USAGE);
    let mut purposes = usage.and_then(|usage| Der(usage).sequence()).unwrap_or(Der(&[]));
    let mut may_sign = false;
    while let Some(purpose) = purposes.expect(der::OID) {
        may_sign |= purpose.content == OCSP_SIGNING;
    }
    if !may_sign {
        return Err("its responder's certificate does not allow OCSP signing");
    }
    let parsed =
        super::certificate::parse(responder).map_err(|_| "its responder's certificate is malformed")?;
    if now < parsed.not_before || now > parsed.not_after {
        return Err("its responder's certificate is out of date");
    }
    Ok(())
}

/// `YYYYMMDDHHMMSSZ` (RFC 5280 section 4.1.2.5.2).
fn time(bytes: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('Z')?;
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let small = |from: usize, to: usize| number(from, to).and_then(|number| i8::try_from(number).ok());
    let date = civil::Date::new(number(0, 4)?, small(4, 6)?, small(6, 8)?).ok()?;
    let clock = civil::Time::new(small(8, 10)?, small(10, 12)?, small(12, 14)?, 0).ok()?;
    Some(date.to_datetime(clock).to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times() {
        assert_eq!(time(b"20261122012345Z"), "2026-11-22T01:23:45Z".parse().ok());
        for wrong in [&b"20261122012345"[..], b"20261322012345Z", b"2026112201234xZ", b"Z", b""] {
            assert_eq!(time(wrong), None);
        }
    }

    #[test]
    fn an_error_is_a_response_too() {
        let der = rcgen::generate_simple_self_signed(vec!["a.test".to_owned()]).expect("a certificate");
        let chain = [der.cert.der().as_ref()];
        let read = read(&[0x30, 3, 0x0a, 1, 3], &chain, Timestamp::UNIX_EPOCH).expect("a response");
        assert_eq!(read.response.response, "tryLater");
        assert_eq!(super::read(b"garbage", &chain, Timestamp::UNIX_EPOCH), None);
    }
}

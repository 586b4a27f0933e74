//! Signatures of webhooks: HMAC, Ed25519, ECDSA and RSA over what each provider signs.

mod scheme;

use std::collections::BTreeMap;

use aws_lc_rs::{
    hmac,
    signature::{
        ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};

pub use self::scheme::{Algorithm, Encoding, Key, Scheme, Unit, Vector};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Signed<'a> {
    /// The URL under which the provider knows the endpoint.
    pub url: &'a str,
    /// The endpoint's id at the provider, where that is signed too.
    pub endpoint: &'a str,
    /// Names in lower case.
    pub headers: &'a BTreeMap<String, String>,
    pub body: &'a [u8],
}

/// What a signature is worth.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    Valid,
    /// Made with the key, but too long ago or too far ahead.
    Stale,
    /// Not made with this key over this request.
    Invalid,
    /// No signature, or none in the provider's form.
    Missing,
    /// The key is not written as the provider writes keys.
    BadKey,
}

/// Most signatures of one request that are looked at: during a change of keys there are two.
const SIGNATURES: usize = 8;

/// Verifies a request with the provider's key; `tolerance` and `now` are seconds.
pub fn verify(scheme: &Scheme, signed: &Signed<'_>, key: &str, tolerance: Option<u32>, now: i64) -> Outcome {
    let Some(key) = key_of(scheme, key) else { return Outcome::BadKey };
    let json = serde_json::from_slice(signed.body).unwrap_or(serde_json::Value::Null);
    let request = Request { scheme, signed, json };
    let found: Vec<Vec<u8>> = request
        .signatures()
        .into_iter()
        .take(SIGNATURES)
        .filter_map(|text| decoded(scheme.encoding, &text))
        .collect();
    let Some(content) = request.content() else { return Outcome::Missing };
    if found.is_empty() {
        return Outcome::Missing;
    }
    if !found.iter().any(|signature| holds(scheme.algorithm, &key, &content, signature)) {
        return Outcome::Invalid;
    }
    match (tolerance, request.time()) {
        (Some(tolerance), Some(time)) if now.abs_diff(time) > u64::from(tolerance) => Outcome::Stale,
        _ => Outcome::Valid,
    }
}

/// The signature's text for a request, where the scheme's key can also sign.
pub fn sign(scheme: &Scheme, signed: &Signed<'_>, key: &str) -> Option<String> {
    let algorithm = hmac_of(scheme.algorithm)?;
    let json = serde_json::from_slice(signed.body).unwrap_or(serde_json::Value::Null);
    let content = Request { scheme, signed, json }.content()?;
    let tag = hmac::sign(&hmac::Key::new(algorithm, &key_of(scheme, key)?), &content);
    Some(match scheme.encoding {
        Encoding::Hex => tag.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
        Encoding::Base64 => STANDARD.encode(tag.as_ref()),
    })
}

/// The headers with which a provider would send a body at a time (seconds since 1970), under an id of
/// its own. `None`: signed in the body, or with a key that only the provider has.
pub fn headers(
    scheme: &Scheme,
    url: &str,
    body: &[u8],
    key: &str,
    now: i64,
) -> Option<BTreeMap<String, String>> {
    if !scheme.body.is_empty() || scheme.header.is_empty() {
        return None;
    }
    let time = match scheme.unit {
        Unit::Seconds => now,
        Unit::Milliseconds => now.checked_mul(1_000)?,
    };
    let mut headers = BTreeMap::new();
    let mut in_header = |place: &str, value: String| {
        if let Some(name) = place.strip_prefix("header:") {
            headers.insert(name.to_owned(), value);
        }
    };
    in_header(&scheme.timestamp, time.to_string());
    in_header(&scheme.id, format!("msg_probe_{now}"));
    let stamp = scheme.timestamp.strip_prefix("part:").map(|name| format!("{name}={time}"));
    if let Some(stamp) = &stamp {
        headers.insert(scheme.header.clone(), stamp.clone());
    }
    let tag = sign(scheme, &Signed { url, endpoint: "", headers: &headers, body }, key)?;
    let value = match (&stamp, scheme.part.as_str()) {
        (Some(stamp), part) => format!("{stamp}{}{part}={tag}", scheme.separator),
        (None, "") => format!("{}{tag}", scheme.prefix),
        (None, part) => format!("{part},{tag}"),
    };
    headers.insert(scheme.header.clone(), value);
    Some(headers)
}

struct Request<'a> {
    scheme: &'a Scheme,
    signed: &'a Signed<'a>,
    json: serde_json::Value,
}

impl Request<'_> {
    fn header(&self, name: &str) -> Option<String> {
        self.signed.headers.get(name).cloned()
    }

    fn signature_header(&self) -> Option<String> {
        self.header(&self.scheme.header).or_else(|| self.header(&self.scheme.also))
    }

    fn signatures(&self) -> Vec<String> {
        let scheme = self.scheme;
        if !scheme.body.is_empty() {
            return self.in_body(&scheme.body).into_iter().collect();
        }
        let Some(text) = self.signature_header() else { return Vec::new() };
        if !scheme.part.is_empty() {
            return self.parts(&scheme.part);
        }
        text.strip_prefix(scheme.prefix.as_str()).map(str::to_owned).into_iter().collect()
    }

    /// The values that a list gives a name: `t=1,v1=2` or `v1,2 v1,3`.
    fn parts(&self, name: &str) -> Vec<String> {
        let Some(text) = self.signature_header() else { return Vec::new() };
        let items = text.split(self.scheme.separator.as_str());
        let value = |item: &str| {
            let rest = item.trim().strip_prefix(name)?;
            rest.strip_prefix(['=', ',']).map(str::to_owned)
        };
        items.filter_map(value).take(SIGNATURES).collect()
    }

    fn in_body(&self, path: &str) -> Option<String> {
        let value = path.split('.').try_fold(&self.json, |value, key| value.get(key))?;
        value.as_str().map(str::to_owned).or_else(|| value.as_i64().map(|number| number.to_string()))
    }

    fn field(&self, place: &str) -> Option<String> {
        let (kind, name) = place.split_once(':')?;
        match kind {
            "part" => self.parts(name).into_iter().next(),
            "header" => self.header(name).or_else(|| {
                // The names that came before the standard's.
                self.header(&name.replacen("webhook-", "svix-", 1))
            }),
            "body" => self.in_body(name),
            _ => None,
        }
    }

    /// The bytes that are signed; `None` where a part of them is missing.
    fn content(&self) -> Option<Vec<u8>> {
        let (mut content, mut rest) = (Vec::new(), self.scheme.content.as_str());
        while let Some((before, after)) = rest.split_once('{') {
            content.extend_from_slice(before.as_bytes());
            let (name, after) = after.split_once('}')?;
            match name {
                "body" => content.extend_from_slice(self.signed.body),
                "timestamp" => content.extend(self.field(&self.scheme.timestamp)?.into_bytes()),
                "id" => content.extend(self.field(&self.scheme.id)?.into_bytes()),
                "url" => content.extend_from_slice(self.signed.url.as_bytes()),
                "endpoint" => content.extend_from_slice(self.signed.endpoint.as_bytes()),
                "crc32" => content.extend(crc32fast::hash(self.signed.body).to_string().into_bytes()),
                "form" => content.extend(self.form()),
                _ => return None,
            }
            rest = after;
        }
        content.extend_from_slice(rest.as_bytes());
        Some(content)
    }

    fn form(&self) -> Vec<u8> {
        let mut pairs: Vec<_> = url::form_urlencoded::parse(self.signed.body).collect();
        pairs.sort();
        pairs.into_iter().flat_map(|(name, value)| format!("{name}{value}").into_bytes()).collect()
    }

    /// Seconds since 1970.
    fn time(&self) -> Option<i64> {
        let text = self.field(&self.scheme.timestamp)?;
        if let Ok(number) = text.parse::<i64>() {
            return Some(match self.scheme.unit {
                Unit::Seconds => number,
                Unit::Milliseconds => number / 1_000,
            });
        }
        text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
    }
}

fn key_of(scheme: &Scheme, key: &str) -> Option<Vec<u8>> {
    // An empty key is nobody's.
    let key = Some(key).filter(|key| !key.is_empty())?;
    match scheme.key {
        Key::Text => Some(key.as_bytes().to_vec()),
        Key::Base64 => {
            let bare = key.rsplit_once(scheme.key_prefix.as_str()).map_or(key, |(_, bare)| bare);
            let bare = if scheme.key_prefix.is_empty() { key } else { bare };
            STANDARD.decode(bare).ok().filter(|bytes| !bytes.is_empty())
        }
    }
}

fn decoded(encoding: Encoding, text: &str) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Base64 => STANDARD.decode(text.trim()).ok(),
        Encoding::Hex => {
            let text = text.trim().as_bytes();
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let byte = |pair: &[u8]| u8::try_from(digit(pair[0])? * 16 + digit(*pair.get(1)?)?).ok();
            text.chunks(2).map(byte).collect()
        }
    }
}

fn hmac_of(algorithm: Algorithm) -> Option<hmac::Algorithm> {
    match algorithm {
        Algorithm::HmacSha256 => Some(hmac::HMAC_SHA256),
        Algorithm::HmacSha1 => Some(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        _ => None,
    }
}

fn holds(algorithm: Algorithm, key: &[u8], content: &[u8], signature: &[u8]) -> bool {
    if let Some(algorithm) = hmac_of(algorithm) {
        return hmac::verify(&hmac::Key::new(algorithm, key), content, signature).is_ok();
    }
    let verification: &'static dyn VerificationAlgorithm = match algorithm {
        Algorithm::Ed25519 => &ED25519,
        Algorithm::EcdsaP256Sha256 => &ECDSA_P256_SHA256_ASN1,
        _ => &RSA_PKCS1_2048_8192_SHA256,
    };
    UnparsedPublicKey::new(verification, key).verify(content, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::handler::providers;

    #[test]
    fn vectors_of_every_provider_hold_and_changed_ones_do_not() {
        let mut tried = 0;
        for provider in providers() {
            let Some(scheme) = &provider.signature else { continue };
            assert!(!provider.vectors.is_empty(), "{}", provider.id);
            for vector in &provider.vectors {
                tried += 1;
                let outcome = |headers: &BTreeMap<String, String>, body: &str, key: &str, now: i64| {
                    let signed = Signed {
                        url: &vector.url,
                        endpoint: &vector.endpoint,
                        headers,
                        body: body.as_bytes(),
                    };
                    verify(scheme, &signed, key, provider.tolerance, now)
                };
                let (headers, body) = (&vector.headers, vector.body.as_str());
                assert_eq!(
                    outcome(headers, body, &vector.key, vector.now),
                    Outcome::Valid,
                    "{}",
                    provider.id
                );
                assert_ne!(
                    outcome(headers, &body.replace(['1', 'o'], "2"), &vector.key, vector.now),
                    Outcome::Valid,
                    "{}: another body",
                    provider.id
                );
                assert_eq!(outcome(headers, body, "", vector.now), Outcome::BadKey, "{}", provider.id);
                // A time inside the body would have to be in this body.
                let dated = !scheme.timestamp.is_empty() && !scheme.timestamp.starts_with("body:");
                if provider.tolerance.is_some() && dated {
                    let late = outcome(headers, body, &vector.key, vector.now + 4_000);
                    assert_eq!(late, Outcome::Stale, "{}", provider.id);
                }
                if scheme.body.is_empty() {
                    let none = outcome(&BTreeMap::new(), body, &vector.key, vector.now);
                    assert_eq!(none, Outcome::Missing, "{}", provider.id);
                }
                if hmac_of(scheme.algorithm).is_some() {
                    let other = if scheme.key == Key::Base64 { "whsec_b3RoZXI=" } else { "other" };
                    assert_eq!(
                        outcome(headers, body, other, vector.now),
                        Outcome::Invalid,
                        "{}",
                        provider.id
                    );
                    let signed = Signed {
                        url: &vector.url,
                        endpoint: &vector.endpoint,
                        headers,
                        body: body.as_bytes(),
                    };
                    let made = sign(scheme, &signed, &vector.key).expect("a key that signs");
                    assert!(
                        headers.values().any(|value| value.ends_with(&made)) || body.contains(&made),
                        "{}",
                        provider.id
                    );
                }
            }
        }
        assert!(tried >= 17, "{tried} vectors");
    }

    #[test]
    fn what_is_signed_here_is_valid_and_grows_old() {
        let mut made = 0;
        for provider in providers() {
            let Some(scheme) = &provider.signature else { continue };
            let key = if scheme.key == Key::Base64 { "whsec_c2VjcmV0LW9mLTE2LWJ5dGVz" } else { "a key" };
            let Some(headers) = headers(scheme, "https://a.example/", b"{}", key, 1_700_000_000) else {
                continue;
            };
            made += 1;
            let outcome = |now| {
                let signed =
                    Signed { url: "https://a.example/", endpoint: "", headers: &headers, body: b"{}" };
                verify(scheme, &signed, key, provider.tolerance, now)
            };
            assert_eq!(outcome(1_700_000_001), Outcome::Valid, "{}", provider.id);
            // A time inside the body would have to be in this body.
            let dated = !scheme.timestamp.is_empty() && !scheme.timestamp.starts_with("body:");
            if provider.tolerance.is_some() && dated {
                assert_eq!(outcome(1_700_004_000), Outcome::Stale, "{}", provider.id);
            }
        }
        assert!(made >= 12, "{made} providers");
    }

    #[test]
    fn hostile_headers_are_invalid_and_nothing_else() {
        for provider in providers() {
            let Some(scheme) = &provider.signature else { continue };
            for text in ["", "=", "t=,v1=", "v1,é", "sha256=zz", &"v1=00,".repeat(10_000), "\u{0}"] {
                let headers = BTreeMap::from([(scheme.header.clone(), text.to_owned())]);
                let signed = Signed { url: "", endpoint: "", headers: &headers, body: b"{}" };
                let outcome = verify(scheme, &signed, "AAAA", provider.tolerance, 0);
                assert_ne!(outcome, Outcome::Valid, "{}: {text:.40}", provider.id);
            }
        }
    }
}

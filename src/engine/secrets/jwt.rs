//! JSON Web Tokens: their claims decide what they are.

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::Value;

/// What a token says of itself.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Claims {
    pub(super) issuer: Option<String>,
    pub(super) role: Option<String>,
    /// The Supabase project.
    pub(super) project: Option<String>,
    /// Seconds since 1970.
    pub(super) expires: Option<i64>,
}

/// Base64url as tokens have it, with or without padding.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The claims of a compact JWS, if its header and payload are JSON and it is signed.
pub(super) fn claims(token: &[u8]) -> Option<Claims> {
    let mut parts = token.split(|byte| *byte == b'.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let header = object(header)?;
    let is_signed = header.get("alg")?.as_str().is_some_and(|name| !name.eq_ignore_ascii_case("none"));
    if !is_signed || signature.len() < 20 || parts.next().is_some() {
        return None;
    }
    let payload = object(payload)?;
    let text = |name: &str| payload.get(name).and_then(Value::as_str).map(str::to_owned);
    let expires =
        payload.get("exp").and_then(|value| value.as_i64().or_else(|| value.as_f64().map(|at| at as i64)));
    Some(Claims { issuer: text("iss"), role: text("role"), project: text("ref"), expires })
}

impl Claims {
    /// The keys that the CLI prints on every machine, and that open nothing anywhere else.
    pub(super) fn is_demo(&self) -> bool {
        self.issuer.as_deref() == Some("supabase-demo")
    }

    /// Hosted projects say `supabase`; self-hosted ones say what they like but name a role.
    pub(super) fn is_supabase(&self) -> bool {
        let issuer = self.issuer.as_deref().unwrap_or_default();
        let is_api_role = matches!(self.role.as_deref(), Some("anon" | "service_role"));
        is_api_role && (self.project.is_some() || issuer.contains("supabase") || issuer.is_empty())
    }
}

fn object(part: &[u8]) -> Option<serde_json::Map<String, Value>> {
    let bytes = BASE64URL.decode(part).ok()?;
    match serde_json::from_slice(&bytes).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, payload: &str) -> String {
        let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", encode(header), encode(payload), "s".repeat(43))
    }

    #[test]
    fn claims_are_read() {
        let text = token(
            r#"{"alg":"HS256"}"#,
            r#"{"iss":"supabase","ref":"abc","role":"service_role","exp":2000000000}"#,
        );
        let claims = claims(text.as_bytes()).unwrap_or_default();
        assert!(claims.is_supabase() && !claims.is_demo());
        assert_eq!(claims.expires, Some(2_000_000_000));
    }

    #[test]
    fn what_is_no_signed_token_is_none() {
        assert_eq!(claims(token(r#"{"alg":"none"}"#, "{}").as_bytes()), None);
        assert_eq!(claims(b"eyJhbGciOiJIUzI1NiJ9.e30"), None);
        assert_eq!(claims(b"..."), None);
    }
}

//! What can be decided about a value without asking anybody.

use std::borrow::Cow;

use super::{
    jwt,
    likeness::{entropy, is_hex, is_stand_in, is_uuid, is_wordlike},
    local,
    private_key::{self, Protection},
    rule::{Proof, Rule},
};

/// What was learnt of a value, without giving it away.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Facts {
    /// In words, e.g. `role service_role of project abcdefghijklmnopqrst`.
    pub note: Option<String>,
    /// Seconds since 1970.
    pub expires: Option<i64>,
}

/// The value in the form that names it, and what was learnt; none if it is no credential.
///
/// `whole` is everything the pattern matched, of which the value may be a part.
pub(super) fn prove<'a>(rule: &Rule, value: &'a [u8], whole: &[u8]) -> Option<(Cow<'a, [u8]>, Facts)> {
    if local::is_known(value) {
        return None;
    }
    let plain = |holds: bool| holds.then(|| (Cow::Borrowed(value), Facts::default()));
    match rule.proof {
        Proof::Any => plain(is_noise(rule, value)),
        Proof::Crc32Base62 => plain(has_checksum(value)),
        Proof::SupabaseServiceRole | Proof::SupabaseAnon | Proof::OtherJwt => {
            token(rule.proof, value).map(|facts| (Cow::Borrowed(value), facts))
        }
        Proof::PrivateKey | Proof::EncryptedPrivateKey => {
            let (body, protection) = private_key::body(value)?;
            let wanted =
                if rule.proof == Proof::PrivateKey { Protection::None } else { Protection::Passphrase };
            (protection == wanted).then(|| (Cow::Owned(body), Facts::default()))
        }
        Proof::UrlPassword => url(value, whole),
        Proof::Password => plain(is_password(value)),
        Proof::Generic => plain(is_generic(rule, value, whole)),
    }
}

/// Random enough in what follows the rule's own prefix.
fn is_noise(rule: &Rule, value: &[u8]) -> bool {
    let own =
        rule.anchors.iter().filter(|anchor| value.starts_with(anchor.as_bytes())).map(|anchor| anchor.len());
    let body = value.get(own.max().unwrap_or(0)..).filter(|body| body.len() >= 8).unwrap_or(value);
    !is_stand_in(body) && (body.len() < 12 || entropy(body) >= rule.entropy)
}

/// `prefix_` + 30 random characters + the CRC-32 of these in six base-62 digits.
fn has_checksum(value: &[u8]) -> bool {
    let Some(start) = value.len().checked_sub(36) else { return false };
    let (random, sum) = value[start..].split_at(30);
    base62(crc32fast::hash(random)) == sum
}

fn base62(mut number: u32) -> [u8; 6] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = [b'0'; 6];
    for place in text.iter_mut().rev() {
        *place = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    text
}

fn token(proof: Proof, value: &[u8]) -> Option<Facts> {
    let claims = jwt::claims(value)?;
    if claims.is_demo() {
        return None;
    }
    let role = claims.role.as_deref().unwrap_or_default();
    let fits = match proof {
        Proof::SupabaseServiceRole => claims.is_supabase() && role == "service_role",
        Proof::SupabaseAnon => claims.is_supabase() && role == "anon",
        _ => !claims.is_supabase(),
    };
    let named =
        |what: &str, value: &Option<String>| value.as_ref().map(|value| format!("{what} {}", short(value)));
    let parts =
        [named("role", &claims.role), named("project", &claims.project), named("issuer", &claims.issuer)];
    let note: Vec<String> = parts.into_iter().flatten().collect();
    let facts = Facts { note: (!note.is_empty()).then(|| note.join(", ")), expires: claims.expires };
    fits.then_some(facts)
}

/// A claim is written by whoever made the token.
fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(60).collect()
}

/// A URL with a user and a password: on a host that others can reach, and not a stand-in.
fn url<'a>(password: &'a [u8], whole: &[u8]) -> Option<(Cow<'a, [u8]>, Facts)> {
    let text = String::from_utf8_lossy(whole);
    let (_, rest) = text.split_once("://")?;
    let (credentials, host) = rest.rsplit_once('@')?;
    let (user, _) = credentials.split_once(':')?;
    let host = host.split(['/', '?', '"', '\'']).next().unwrap_or_default();
    let is_weak = password.len() < 4 || password == user.as_bytes() || is_weak_word(password);
    let is_template =
        password.iter().any(|byte| b"<>{}$*[]()".contains(byte)) || user.contains(['<', '{', '$']);
    if is_weak || is_template || is_stand_in(password) || local::is_local_host(host) {
        return None;
    }
    let facts = Facts { note: Some(format!("host {}", short(host))), expires: None };
    Some((Cow::Borrowed(password), facts))
}

/// Passwords that stand for themselves in documentation.
fn is_weak_word(password: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "password",
        "passwd",
        "pass",
        "pwd",
        "secret",
        "user",
        "username",
        "root",
        "admin",
        "test",
        "postgres",
        "mysql",
        "mongo",
        "redis",
        "guest",
        "token",
        "key",
        "hunter2",
        "pw",
        "passw0rd",
        "password1",
        "password123",
        "mypassword",
        "db_password",
        "your-password",
        "p4ssw0rd",
        "letmein",
        "qwerty",
        "toor",
        "foo",
        "bar",
        "baz",
        "pass123",
        "abc123",
    ];
    let lower = String::from_utf8_lossy(password).to_ascii_lowercase();
    let lower = lower.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
    WORDS.contains(&lower) || lower.contains("password") || lower.bytes().all(|byte| byte.is_ascii_digit())
}

/// A password by its name: mixed enough to be one, and not a word for one.
fn is_password(value: &[u8]) -> bool {
    !is_weak_word(value)
        && !is_stand_in(value)
        && kinds(value) >= 2
        && entropy(value) >= 2.3
        && !is_reference(value)
}

/// Everything a value must be for its name alone to speak for it.
fn is_generic(rule: &Rule, value: &[u8], whole: &[u8]) -> bool {
    !is_stand_in(value)
        && !is_uuid(value)
        && !is_reference(value)
        && !is_wordlike(value)
        && kinds(value) >= 2
        && entropy(value) >= if is_hex(value) { 3.0 } else { rule.entropy }
        && !names_no_secret(whole, value)
}

/// Does the name before the value say that it is public, or a checksum?
fn names_no_secret(whole: &[u8], value: &[u8]) -> bool {
    const NAMES: &[&str] = &[
        "public",
        "publish",
        "hash",
        "sha",
        "digest",
        "checksum",
        "integrity",
        "commit",
        "revision",
        "csrf",
        "xsrf",
        "nonce",
        "signature",
        "etag",
        "cache",
        "version",
        "uuid",
        "guid",
        "token_id",
        "tokenid",
        "key_id",
        "keyid",
        "secret_id",
        "secretname",
        "secret_name",
        "secret-name",
        "address",
        "contract",
        "mint",
        "pubkey",
        "salt_",
        "anon",
        "captcha",
        "site_key",
        "sitekey",
        "example",
        "sample",
        "mock",
        "fake",
        "dummy",
        "test",
        "token_uri",
        "arn",
        "path",
        "file",
        "url",
        "uri",
        "endpoint",
        "tokenizer",
        "cursor",
        "page",
        "next",
        "continuation",
        "sync",
        "fingerprint",
        "thumbprint",
        "verify",
        "challenge",
        "expected",
        "actual",
    ];
    let name = &whole[..whole.len().saturating_sub(value.len())];
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    NAMES.iter().any(|word| name.contains(word))
}

/// A path, a call, a dotted name or a URL: something that says where the value is.
fn is_reference(value: &[u8]) -> bool {
    let slashes = value.iter().filter(|byte| **byte == b'/').count();
    let dots = value.iter().filter(|byte| **byte == b'.').count();
    value.contains(&b'(')
        || value.starts_with(b"$")
        || value.starts_with(b"/")
        || value.windows(3).any(|three| three == b"://")
        || (slashes >= 2
            && !value.iter().any(|byte| b"+=".contains(byte))
            && value.len() / (slashes + 1) < 14)
        || dots >= 2 && value.len() / (dots + 1) < 14
}

/// How many of lower case, upper case and digits occur.
fn kinds(value: &[u8]) -> usize {
    let has = |test: fn(&u8) -> bool| usize::from(value.iter().any(test));
    has(u8::is_ascii_lowercase) + has(u8::is_ascii_uppercase) + has(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_decide() {
        let random = b"mZ7pQ2vK9tB4wX1cRf8sLd3gHj6nYe";
        let mut good = random.to_vec();
        good.extend(base62(crc32fast::hash(random)));
        assert!(has_checksum(&good));
        good[3] ^= 1;
        assert!(!has_checksum(&good));
        assert!(!has_checksum(b"short"));
    }

    #[test]
    fn base62_is_padded() {
        assert_eq!(&base62(0), b"000000");
        assert_eq!(&base62(61), b"00000z");
        assert_eq!(&base62(u32::MAX), b"4gfFC3");
    }
}

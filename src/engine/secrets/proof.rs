//! What can be decided about a value without asking anybody.

use std::borrow::Cow;

use super::{
    encoded, jwt,
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
/// `beside` is the name before the value, or for a URL everything the pattern matched.
pub(super) fn prove<'a>(rule: &Rule, value: &'a [u8], beside: &[u8]) -> Option<(Cow<'a, [u8]>, Facts)> {
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
        Proof::UrlPassword => url(value, beside),
        Proof::Password => plain(is_password(value)),
        Proof::NamedPassword => plain(is_named_password(value, beside)),
        Proof::NamedUuid => plain(is_named_uuid(value, beside)),
        Proof::Generic => plain(is_generic(rule, value, beside)),
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
    let is_word = kinds(password) < 2 && password.len() < 12;
    let is_weak = is_word || password.len() < 4 || password == user.as_bytes() || is_weak_word(password);
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
    const WORDS: &str = "\
        password passwd pass pwd secret user username root admin test postgres mysql mongo redis \
        guest token key hunter2 welcome changeit default demo sample administrator pw passw0rd password1 password123 mypassword db_password \
        your-password p4ssw0rd letmein qwerty toor foo bar baz pass123 abc123";
    let lower = String::from_utf8_lossy(password).to_ascii_lowercase();
    let lower = lower.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let plain = lower.replace('@', "a").replace('0', "o").replace(['$', '5'], "s");
    let bare = lower.trim_matches(|letter: char| !letter.is_ascii_alphabetic());
    WORDS.split(' ').any(|word| word == lower || word == bare)
        || plain.contains("password")
        || lower.bytes().all(|byte| byte.is_ascii_digit())
}

/// A password by its name: mixed enough to be one, and not a word for one.
fn is_password(value: &[u8]) -> bool {
    let is_mixed = value.iter().skip(1).any(|byte| byte.is_ascii_digit() || b"!@#$%^&*+=?".contains(byte));
    (is_mixed || value.len() >= 12 && kinds(value) >= 2 && !is_wordlike(value))
        && entropy(value) >= 2.3
        && is_password_text(value)
}

/// A password that only its name speaks for: made by a generator, or a person's mixture of letters,
/// digits and signs. A number behind a word is one of these only if nothing says otherwise.
fn is_named_password(value: &[u8], name: &[u8]) -> bool {
    const SIGNS: &[u8] = b"!@#$%^&*+=?~";
    let has = |test: fn(&u8) -> bool| value.iter().any(test);
    let has_sign = value.iter().any(|byte| SIGNS.contains(byte));
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let ends_in_number = value.iter().rev().take_while(|byte| b"_-".contains(byte) || byte.is_ascii_digit());
    let is_noise = !is_wordlike(value) && kinds(value) >= 2 && entropy(value) >= 3.0;
    let is_chosen = is_mixed && (has_sign || ends_in_number.count() >= 3) && entropy(value) >= 2.7;
    (is_noise || is_chosen)
        && value.len() >= 8
        && !value.starts_with(b"-")
        && !is_bare_name(value, name)
        && is_password_text(value)
        && (has_sign || !is_wordlike(value) || !is_compound(value))
        && !names_no_secret(name)
        && !names_itself(value)
        && !is_rejected(value)
        && !is_encoded_word(value)
}

/// Three words and more that are joined are the name of something.
fn is_compound(value: &[u8]) -> bool {
    let joints = value.windows(2).filter(|pair| {
        b"-_.".contains(&pair[1]) || pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()
    });
    joints.count() >= 2
}

/// No template, no code, no reference and no word that stands for a password.
fn is_password_text(value: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let is_constant = value.contains(&b'_') && value.iter().all(is_name);
    let is_code =
        value.contains(&b'{') || value.windows(2).any(|two| two == b"::" || two == b"=>" || two == b"&&");
    !is_code
        && !is_constant
        && !is_weak_word(value)
        && !is_stand_in(value)
        && !is_reference(value)
        && !is_uuid(value)
}

/// Keys of some providers are UUIDs; so is every other identifier, which is why the name must be that
/// of a key.
fn is_named_uuid(value: &[u8], name: &[u8]) -> bool {
    // `token=…` alone is that of a download, a session or a row.
    let words = Words(name).count();
    words >= 2 && !is_stand_in(value) && !names_no_secret(name) && entropy(value) >= 3.0
}

/// Letters alone are a name in most files: only in quotes or behind a sign can they be noise.
fn is_bare_name(value: &[u8], name: &[u8]) -> bool {
    let is_quoted = name.last().is_some_and(|last| b"\"'`=>".contains(last));
    !value.iter().any(u8::is_ascii_digit)
        && (!is_quoted || value.iter().any(|byte| b"._-/".contains(byte)))
        && !value.iter().any(|byte| b"!@#$%^&*+=?~".contains(byte))
}

/// A provider's form whose checksum is wrong, or an address that everybody may know.
fn is_rejected(value: &[u8]) -> bool {
    let has_sum = [&b"ghp_"[..], b"gho_", b"ghu_", b"ghs_", b"ghr_", b"npm_"];
    has_sum.iter().any(|prefix| value.starts_with(prefix))
        || value.starts_with(b"0x") && value.len() == 42
        || value.starts_with(b"ENC[")
}

/// Everything a value must be for its name alone to speak for it.
fn is_generic(rule: &Rule, value: &[u8], name: &[u8]) -> bool {
    !is_stand_in(value)
        && !is_uuid(value)
        && !is_rejected(value)
        && !is_reference(value)
        && (is_hex(value) || !is_wordlike(value))
        && !is_bare_name(value, name)
        && kinds(value) >= 2
        && entropy(value) >= if is_hex(value) { 3.0 } else { rule.entropy }
        && !names_no_secret(name)
        && !names_itself(value)
        && !is_weak_word(value)
        && !is_encoded_word(value)
}

/// Base64 of text that is no secret: `user:password` in the header of an example.
fn is_encoded_word(value: &[u8]) -> bool {
    encoded::text(value).is_some_and(|text| {
        // A user's name is a word; what is secret stands behind it.
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._@+-".contains(byte);
        let colon = text.iter().take(64).position(|byte| !is_name(byte)).filter(|at| text[*at] == b':');
        let secret = colon.map_or(&text[..], |at| &text[at + 1..]);
        is_wordlike(secret) || is_weak_word(secret) || is_stand_in(&text)
    })
}

/// Does the name of the value say that it is public, a checksum or a reference?
fn names_no_secret(name: &[u8]) -> bool {
    const WORDS: &str = "\
        authenticity public pub pubkey publishable hash hashed sha sha1 sha256 sha512 md5 digest checksum \
        integrity commit rev revision csrf xsrf nonce signature sig etag cache version uuid guid id \
        ids name names address contract mint anon sitekey site example sample mock fake dummy test \
        tests testing arn path file filename url uri endpoint tokenizer tokens cursor page \
        pagination continuation sync fingerprint thumbprint challenge expected actual type regex \
        pattern label field title message error prefix length count ref arg symbol ident identifier \
        class color icon snapshot expires expiry format header description placeholder encrypted \
        sealed lang i18n contracts erc20 ca cert certificate wasm module policy column migration migrations zip gz tar jar whl csproj \
        png svg webp pdf";
    let mut words = Words(name);
    words.any(|word| WORDS.split(' ').any(|known| known == word))
}

/// A value that says `token` is the name of one.
fn names_itself(value: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(value).to_ascii_lowercase();
    ["token", "secret", "passw", "credential", "apikey", "api_key", "api-key", "string", "config"]
        .iter()
        .any(|word| lower.contains(word))
}

/// The words of an identifier: `csrfToken_ID` is `csrf`, `token`, `id`.
struct Words<'a>(&'a [u8]);

impl Iterator for Words<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let start = self.0.iter().position(u8::is_ascii_alphanumeric)?;
        let rest = &self.0[start..];
        let joined = |pair: &[u8]| {
            pair[1].is_ascii_alphanumeric() && !(pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        };
        let length = 1 + rest.windows(2).take_while(|pair| joined(pair)).count();
        self.0 = &rest[length..];
        Some(String::from_utf8_lossy(&rest[..length]).to_ascii_lowercase())
    }
}

/// A path, a call, a dotted name or a URL: something that says where the value is.
fn is_reference(value: &[u8]) -> bool {
    let slashes = memchr::memchr_iter(b'/', value).count();
    let dots = memchr::memchr_iter(b'.', value).count();
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

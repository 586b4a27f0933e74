//! Synthetic credentials, made when a test runs: none stands in this repository.

use std::fmt::Write as _;

const ALNUM: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64URL: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const BASE64: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";

/// Replaces every `{name}` and `{name:length}` that names a kind of text; the same text gives the
/// same result.
pub(crate) fn expand(template: &str) -> String {
    expand_as("", template)
}

/// The same, another one for each seed.
pub(crate) fn expand_as(seed: &str, template: &str) -> String {
    let mut noise = Noise::of(&format!("{seed}{template}"));
    let mut text = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        let piece = rest[open..].find('}').map(|close| &rest[open + 1..open + close]);
        let made = piece.and_then(|piece| {
            let (kind, length) = piece.split_once(':').unwrap_or((piece, "0"));
            one(kind, length.parse().ok()?, &mut noise)
        });
        if let (Some(made), Some(piece)) = (made, piece) {
            text.push_str(&made);
            rest = &rest[open + piece.len() + 2..];
        } else {
            text.push('{');
            rest = &rest[open + 1..];
        }
    }
    text + rest
}

fn one(kind: &str, length: usize, noise: &mut Noise) -> Option<String> {
    Some(match kind {
        "alnum" => noise.text(ALNUM, length),
        "letters" => noise.text(&ALNUM[10..], length),
        "alpha" => noise.text(&ALNUM[36..], length),
        "lower" => noise.text(b"0123456789abcdefghijklmnopqrstuvwxyz", length),
        "upper" => noise.text(&ALNUM[..36], length),
        "digits" => noise.text(b"0123456789", length),
        "nz" => noise.text(b"123456789", length),
        "hex" => noise.text(b"0123456789abcdef", length),
        "HEX" => noise.text(b"0123456789ABCDEF", length),
        "b64url" => {
            noise.text(&BASE64URL[..62], 1) + &noise.text(BASE64URL, length - 2) + &noise.text(ALNUM, 1)
        }
        "b64plain" => noise.text(&BASE64[..62], 1) + &noise.text(BASE64, length - 2) + &noise.text(ALNUM, 1),
        "b64" => noise.text(ALNUM, length - 1) + "=",
        "base32" => noise.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length),
        "base32l" => noise.text(b"abcdefghijklmnopqrstuvwxyz234567", length),
        "bech32" => noise.text(b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", length),
        "pw" => noise.text(ALNUM, length - 2) + "!9",
        "x" => "x".repeat(length),
        "uuid" => [8, 4, 4, 4, 12].map(|part| noise.text(b"0123456789abcdef", part)).join("-"),
        "github_crc" => {
            let random = noise.text(ALNUM, 30);
            let sum = base62(crc32(random.as_bytes()));
            random + &sum
        }
        "github_bad_crc" => {
            let random = noise.text(ALNUM, 30);
            let sum = base62(crc32(random.as_bytes()) ^ 1);
            random + &sum
        }
        "der" => "MIIE".to_owned() + &noise.text(BASE64, length - 5) + "A",
        "openssh" => openssh("none", noise),
        "openssh_locked" => openssh("aes256-ctr", noise),
        "jwt_service" => jwt(
            r#"{"iss":"supabase","ref":"abcdefghijklmnopqrst","role":"service_role","exp":2100000000}"#,
            noise,
        ),
        "jwt_anon" => {
            jwt(r#"{"iss":"supabase","ref":"abcdefghijklmnopqrst","role":"anon","exp":2100000000}"#, noise)
        }
        "jwt_demo_service" => jwt(r#"{"iss":"supabase-demo","role":"service_role","exp":1983812996}"#, noise),
        "jwt_demo_anon" => jwt(r#"{"iss":"supabase-demo","role":"anon","exp":1983812996}"#, noise),
        "jwt_user" => jwt(r#"{"iss":"https://login.acme-prod.net","sub":"user-17","exp":2100000000}"#, noise),
        "jwt_long" => jwt(&format!(r#"{{"aud":"1","jti":"{}","scopes":[]}}"#, noise.text(ALNUM, 200)), noise),
        _ => return None,
    })
}

fn openssh(cipher: &str, noise: &mut Noise) -> String {
    let mut bytes = b"openssh-key-v1\0\0\0\0".to_vec();
    bytes.push(cipher.len() as u8);
    bytes.extend(cipher.bytes());
    bytes.extend(noise.text(ALNUM, 200).bytes());
    base64(&bytes, BASE64_ORDER).trim_end_matches('=').to_owned()
}

fn jwt(claims: &str, noise: &mut Noise) -> String {
    let part = |text: &str| base64(text.as_bytes(), BASE64URL_ORDER).trim_end_matches('=').to_owned();
    let (header, payload) = (part(r#"{"alg":"HS256","typ":"JWT"}"#), part(claims));
    format!("{header}.{payload}.{}", noise.text(BASE64URL, 42) + &noise.text(ALNUM, 1))
}

const BASE64_ORDER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64URL_ORDER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Written here again, so that the tests do not trust the code they test.
pub(crate) fn base64(bytes: &[u8], digits: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = digits[(word >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

pub(crate) fn plain_base64(bytes: impl AsRef<[u8]>) -> String {
    base64(bytes.as_ref(), BASE64_ORDER)
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 },
        )
    };
    !bytes.iter().fold(u32::MAX, step)
}

fn base62(mut number: u32) -> String {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = ALNUM[(number % 62) as usize];
        number /= 62;
    }
    String::from_utf8_lossy(&digits).into_owned()
}

/// A deterministic stream (splitmix64).
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn of(seed: &str) -> Self {
        Self(
            seed.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
            }),
        )
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ word >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ word >> 31
    }

    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let mut text = String::new();
        for _ in 0..length {
            let _ = write!(text, "{}", char::from(alphabet[(self.next() % alphabet.len() as u64) as usize]));
        }
        text
    }
}

//! Credentials in Base64: Kubernetes secrets, service accounts in one variable, basic headers.

use std::ops::Range;

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// The beginnings of encoded values: each is the Base64 of what its comment says, as far as it does
/// not depend on what follows, or the same in another dress.
pub(super) const ANCHORS: &[&str] = &[
    "c2tfbGl2ZV",                     // a Stripe or Clerk key
    "cmtfbGl2ZV",                     // a restricted Stripe key
    "d2hzZWNf",                       // a webhook secret
    "LS0tLS1CRUdJTi",                 // a PEM block
    "eyJ0eXBlIjoic2Vyd",              // a service account, compact
    "ewogICJ0eXBlIjogIn",             // a service account, indented
    "ewogICAgInR5cGUiO",              // the same by four
    "c2Jfc2VjcmV0X",                  // a Supabase secret key
    "c2stcHJvai",                     // an OpenAI project key
    "c2stYW50L",                      // an Anthropic key
    "Z2l0aHViX3BhdF",                 // a GitHub fine-grained token
    "Z2hwX",                          // a GitHub classic token
    "QUtJQ",                          // an AWS access key id
    "eG94Yi0",                        // a Slack bot token
    "cG9zdGdyZXM6Ly",                 // a PostgreSQL URL
    "cG9zdGdyZXNxbDovL",              // the same, long
    "bW9uZ29kYitzcnY6Ly",             // a MongoDB URL
    "c2stb3ItdjEt",                   // an OpenRouter key
    "YzJ0ZmJHbDJaV",                  // a Stripe or Clerk key, twice
    "Y210ZmJHbDJaV",                  // a restricted Stripe key, twice
    "ZDJoelpXTm",                     // a webhook secret, twice
    "TFMwdExTMUNSVWRKVG",             // a PEM block, twice
    "ZXlKMGVYQmxJam9pYzJWeW",         // a service account, compact, twice
    "ZXdvZ0lDSjBlWEJsSWpvZ0lu",       // a service account, indented, twice
    "ZXdvZ0lDQWdJblI1Y0dVaU",         // the same by four, twice
    "YzJKZmMyVmpjbVYwW",              // a Supabase secret key, twice
    "YzJzdGNISnZha",                  // an OpenAI project key, twice
    "YzJzdFlXNTBM",                   // an Anthropic key, twice
    "WjJsMGFIVmlYM0JoZE",             // a GitHub fine-grained token, twice
    "Y0c5emRHZHlaWE02TH",             // a PostgreSQL URL, twice
    "Y0c5emRHZHlaWE54YkRvdk",         // the same, long, twice
    "Ylc5dVoyOWtZaXR6Y25ZNkx5",       // a MongoDB URL, twice
    "YzJzdGIzSXRkakV0",               // an OpenRouter key, twice
    "Z2xwYXQt",                       // a GitLab token
    "U0cu",                           // a SendGrid key
    "bnBtX",                          // an npm token
    "aHR0cHM6Ly9ob29rcy5zbGFjay5jb2", // a Slack webhook
    "bXlzcWw6Ly",                     // a MySQL URL
    "cmVkaXM6Ly",                     // a Redis URL
    "cmVkaXNzOi8v",                   // the same over TLS
    "bW9uZ29kYjovL",                  // a MongoDB URL without a record
    "YW1xcDovL",                      // an AMQP URL
    "YW1xcHM6Ly",                     // the same over TLS
    "ZXlKaGJHY2lPa",                  // a JSON Web Token
    "cmVf",                           // a Resend key
    "aGZf",                           // a Hugging Face token
    "Z3NrX",                          // a Groq key
    "ZG9wX3YxX",                      // a DigitalOcean token
    "aHZzL",                          // a Vault token
    "cHlwaS",                         // a PyPI token
    "eGtleXNpYi",                     // a Brevo key
    "736b5f6c6976655f",               // in hexadecimal digits: a Stripe or Clerk key
    "77687365635f",                   // a webhook secret
    "2d2d2d2d2d424547494e20",         // a PEM block
    "6769746875625f7061745f",         // a GitHub fine-grained token
    "736b2d70726f6a2d",               // an OpenAI project key
    "736b2d616e742d",                 // an Anthropic key
    "73625f7365637265745f",           // a Supabase secret key
    "706f7374677265733a2f2f",         // a PostgreSQL URL
    "706f737467726573716c3a2f2f",     // the same, long
    // URLs that are escaped as a whole.
    r"postgres:\/\/",
    "postgres%3A%2F%2F",
    "postgres%3a%2f%2f",
    r"postgresql:\/\/",
    "postgresql%3A%2F%2F",
    "postgresql%3a%2f%2f",
    r"mysql:\/\/",
    "mysql%3A%2F%2F",
    "mysql%3a%2f%2f",
    r"mongodb:\/\/",
    "mongodb%3A%2F%2F",
    "mongodb%3a%2f%2f",
    r"redis:\/\/",
    "redis%3A%2F%2F",
    "redis%3a%2f%2f",
    r"rediss:\/\/",
    "rediss%3A%2F%2F",
    "rediss%3a%2f%2f",
    r"amqp:\/\/",
    "amqp%3A%2F%2F",
    "amqp%3a%2f%2f",
    r"amqps:\/\/",
    "amqps%3A%2F%2F",
    "amqps%3a%2f%2f",
    r"smtp:\/\/",
    "smtp%3A%2F%2F",
    "smtp%3a%2f%2f",
    r"smtps:\/\/",
    "smtps%3A%2F%2F",
    "smtps%3a%2f%2f",
    r"https:\/\/",
    "https%3A%2F%2F",
    "https%3a%2f%2f",
    r"mongodb+srv:\/\/",
    "mongodb%2Bsrv%3A%2F%2F",
    "mongodb%2bsrv%3a%2f%2f",
];

/// The longest text that is decoded.
pub(super) const LONGEST: usize = 64 * 1024;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The decoded text that begins at `start`, and the span it was decoded from. Lines broken in the
/// middle are joined.
pub(super) fn decode(bytes: &[u8], start: usize) -> Option<(Vec<u8>, Range<usize>)> {
    let window = bytes.get(start..bytes.len().min(start + LONGEST))?;
    let is_text = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    let length = window.iter().position(|byte| !is_text(*byte)).unwrap_or(window.len());
    if length < 20 {
        return None;
    }
    // A remainder of one character is no Base64; it belongs to what was cut.
    let whole = length - usize::from(length % 4 == 1);
    // The alphabet of URLs is the same but for two characters (RFC 4648 section 5).
    let plain: Vec<u8> = window[..whole]
        .iter()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    let decoded = BASE64.decode(plain).ok()?;
    Some((decoded, start..start + length))
}

/// The printable text that a whole value says in Base64, if it says any.
pub(super) fn text(value: &[u8]) -> Option<Vec<u8>> {
    let decoded = BASE64.decode(value.trim_ascii_end()).ok()?;
    let is_text = decoded.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    (decoded.len() >= 8 && is_text).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_up_to_its_end() {
        let text = b"key: c29tZXRoaW5nIGxvbmcgZW5vdWdo\nnext";
        assert_eq!(decode(text, 5), Some((b"something long enough".to_vec(), 5..33)));
        assert_eq!(decode(text, 1000), None);
    }
}

//! How a provider signs, as `rules/webhooks/` says it.

use serde::Deserialize;

/// One way to sign a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scheme {
    pub algorithm: Algorithm,
    /// How the signature is written.
    pub encoding: Encoding,
    /// The header that carries it, in lower case, and a second name for it.
    pub header: String,
    pub also: String,
    /// Where it stands in a JSON body instead: `signature.signature`.
    pub body: String,
    /// What stands before it: `sha256=`.
    pub prefix: String,
    /// In a list of `name=value` or `name,value`: the name; and what separates the list's items.
    pub part: String,
    pub separator: String,
    /// `part:NAME`, `header:NAME` or `body:PATH`; seconds or milliseconds since 1970, or RFC 3339.
    pub timestamp: String,
    pub unit: Unit,
    /// Where the event's own id stands, written as `timestamp` is.
    pub id: String,
    /// What is signed: text with `{timestamp}`, `{id}`, `{url}`, `{body}`, `{form}` (names and values of
    /// a form, sorted), `{crc32}` (of the body, in decimal) and `{endpoint}`.
    pub content: String,
    /// How the key is written, and what stands before it.
    pub key: Key,
    pub key_prefix: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    #[default]
    HmacSha256,
    HmacSha1,
    Ed25519,
    EcdsaP256Sha256,
    RsaSha256,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    #[default]
    Hex,
    Base64,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// The bytes of the text itself.
    #[default]
    Text,
    Base64,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
pub enum Unit {
    #[default]
    #[serde(rename = "s")]
    Seconds,
    #[serde(rename = "ms")]
    Milliseconds,
}

impl Default for Scheme {
    fn default() -> Self {
        let none = String::new;
        Self {
            algorithm: Algorithm::default(),
            encoding: Encoding::default(),
            header: none(),
            also: none(),
            body: none(),
            prefix: none(),
            part: none(),
            separator: ",".to_owned(),
            timestamp: none(),
            unit: Unit::default(),
            id: none(),
            content: "{body}".to_owned(),
            key: Key::default(),
            key_prefix: none(),
        }
    }
}

/// A signed request and the key, by which a scheme is tried out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vector {
    pub key: String,
    pub url: String,
    pub endpoint: String,
    /// Seconds since 1970.
    pub now: i64,
    pub body: String,
    pub headers: std::collections::BTreeMap<String, String>,
}

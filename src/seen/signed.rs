//! What others vouched for in signed form: revocation status and transparency logs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Did a signature verify?
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signature {
    Verified,
    /// It does not, and why, as a phrase.
    Wrong(String),
    /// Nobody knows: the key or the algorithm is not known here.
    Unverified(String),
}

/// Seconds by which clocks may differ.
pub const SKEW: i64 = 300;

/// One OCSP response about the leaf (RFC 6960).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OcspResponse {
    /// `successful`, `tryLater`, `unauthorized`, …
    pub response: String,
    /// What it says about the leaf; none where it speaks of other certificates only.
    #[serde(default)]
    pub status: Option<OcspStatus>,
    #[serde(default)]
    pub this_update: Option<Timestamp>,
    #[serde(default)]
    pub next_update: Option<Timestamp>,
    pub signature: Signature,
}

/// RFC 6960 section 2.2.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OcspStatus {
    Good,
    Revoked { at: Timestamp },
    Unknown,
}

impl OcspResponse {
    /// A verified answer about the leaf that is in force.
    pub fn verdict(&self, now: Timestamp) -> Option<&OcspStatus> {
        let in_force = self.this_update.is_some_and(|from| from.as_second() <= now.as_second() + SKEW)
            && self.next_update.is_none_or(|until| now <= until);
        self.status.as_ref().filter(|_| in_force && self.signature == Signature::Verified)
    }
}

/// A signed certificate timestamp (RFC 6962 section 3.2).
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sct {
    /// Id of the log, base64.
    pub log: String,
    /// Who runs it; none: a log that is not in the list.
    #[serde(default)]
    pub operator: Option<String>,
    pub at: Timestamp,
    /// `certificate`, `staple` or `handshake`.
    pub source: String,
    /// Why its signature is wrong; none where it verifies or cannot be verified.
    #[serde(default)]
    pub wrong: Option<String>,
    /// The signature was verified.
    #[serde(default)]
    pub verified: bool,
}

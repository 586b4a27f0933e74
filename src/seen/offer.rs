//! What a TLS server is willing to speak.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Seen;
use crate::engine::hello::{KeyExchange, Version};

/// The answers to a series of ClientHellos.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offers {
    /// By version: what it offers, `null` where it refused, a miss where nobody knows.
    pub versions: BTreeMap<Version, Seen<Option<Offered>>>,
    /// Groups of TLS 1.3 in the order in which the server chose them, by name.
    pub groups: Vec<String>,
    /// A client that falls back to an older version is turned away (RFC 7507); unknown where only
    /// one version is offered.
    pub refuses_fallback: Option<bool>,
}

/// What is offered under one version.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offered {
    /// IANA names, in the order in which the server chose them.
    pub suites: Vec<String>,
    /// The server follows its own order rather than the client's; unknown with one suite.
    pub own_order: Option<bool>,
    /// DEFLATE was accepted (CRIME).
    pub compression: bool,
    /// Secure renegotiation (RFC 5746).
    pub secure_renegotiation: bool,
    /// Extended master secret (RFC 7627).
    pub extended_master_secret: bool,
    pub tickets: bool,
    pub heartbeat: bool,
    /// An OCSP response came with the certificate.
    pub staple: bool,
    /// Parameters of every key exchange seen, without repetition.
    pub key_exchanges: Vec<KeyExchange>,
}

impl Offers {
    /// Is a version offered, as far as anybody knows?
    pub fn offers(&self, version: Version) -> Option<&Offered> {
        self.versions.get(&version)?.got()?.as_ref()
    }
}

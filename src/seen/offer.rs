//! What a TLS server is willing to speak.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Miss, Seen};
use crate::engine::hello::{KeyExchange, Suite, Version};

/// The answers to a series of ClientHellos. At least one version is offered.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offers {
    /// By version: what it offers, `refused` where it turned the version down, a miss where nobody knows.
    pub versions: BTreeMap<Version, Seen<Offer>>,
    /// Groups of TLS 1.3 in the order in which the server chose them, by name.
    pub groups: Vec<String>,
    /// Why there may be more groups.
    pub groups_cut: Option<Miss>,
    /// A client that falls back to an older version is turned away (RFC 7507); asked only where at
    /// least two versions up to TLS 1.2 are offered.
    pub refuses_fallback: Option<bool>,
}

/// A definite answer to the question for one version.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Offer {
    Refused,
    Offered(Box<Offered>),
}

/// What is offered under one version.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offered {
    /// IANA names, in the order in which the server chose them. Of SSL 2.0 nothing is listed.
    pub suites: Vec<String>,
    /// One suite of each class is listed in place of all, to spare a distant server the rest.
    pub sampled: bool,
    /// Why there may be more suites and key exchanges than are listed.
    pub cut: Option<Miss>,
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
    /// Every answer up to TLS 1.2 says that TLS 1.3 was possible (RFC 8446 section 4.1.3).
    pub marks_downgrade: Option<bool>,
    /// Parameters of every key exchange seen, without repetition.
    pub key_exchanges: Vec<KeyExchange>,
}

impl Offers {
    /// Is a version offered, as far as anybody knows?
    pub fn offers(&self, version: Version) -> Option<&Offered> {
        match self.versions.get(&version)?.got()? {
            Offer::Offered(offered) => Some(offered),
            Offer::Refused => None,
        }
    }

    /// Versions that are known to be offered, oldest first.
    pub fn known(&self) -> impl Iterator<Item = (Version, &Offered)> {
        self.versions.keys().filter_map(|version| Some((*version, self.offers(*version)?)))
    }

    /// Why it is not known whether a version is offered.
    pub fn missed(&self, version: Version) -> Option<Miss> {
        match self.versions.get(&version) {
            Some(Seen::Got(_)) => None,
            Some(Seen::Missed(miss)) => Some(miss.clone()),
            None => Some(Miss::NotAsked),
        }
    }

    /// Suites of a kind, each with the versions under which it is offered, as one line; empty: none.
    pub fn shown(&self, wanted: impl Fn(Suite) -> bool) -> String {
        let mut found: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (version, offered) in self.known() {
            for suite in offered.known_suites().filter(|suite| wanted(*suite)) {
                let by_class = if offered.sampled { ", classes only" } else { "" };
                found.entry(suite.name).or_default().push(format!("{version}{by_class}"));
            }
        }
        let lines = found.into_iter().map(|(name, versions)| format!("{name} ({})", versions.join(", ")));
        lines.collect::<Vec<_>>().join(", ")
    }

    /// Why there may be suites of which nothing is known here: one of these versions was not
    /// answered, or a list broke off. Whether an obsolete version is offered at all is a question
    /// of its own.
    pub fn gap(&self, versions: impl IntoIterator<Item = Version>) -> Option<Miss> {
        let missed = versions.into_iter().find_map(|version| self.missed(version));
        missed.or_else(|| self.known().find_map(|(_, offered)| offered.cut.clone()))
    }
}

impl Offered {
    /// The suites that the registry knows, in their order.
    pub fn known_suites(&self) -> impl Iterator<Item = Suite> {
        self.suites.iter().filter_map(|name| Suite::by_name(name))
    }
}

//! A short look at one way to a TLS endpoint: one address, one name, or no name at all.

use std::{collections::BTreeMap, net::IpAddr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Refusal, Seen, Verification};

/// What the other ways to an endpoint lead to.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ways {
    /// Each address of the host, bounded, where there is more than one.
    pub addresses: BTreeMap<IpAddr, Seen<Sight>>,
    /// The host without Server Name Indication; not asked of a literal address.
    pub unnamed: Seen<Sight>,
    /// Other names of the certificate that belong to the audited domains, and the `www` twin.
    pub names: BTreeMap<String, Seen<Sight>>,
    /// Names of the certificate beyond the bound.
    pub names_left_out: usize,
}

/// What a handshake met.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sight {
    /// The name has no address.
    NoSuchName,
    /// The port is closed: the connection was refused.
    Closed,
    /// A definite answer that is not a handshake.
    Refused(Refusal),
    Presented(Presented),
}

/// The certificate that was presented, in short.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Presented {
    /// `TLS 1.3` or `TLS 1.2`.
    pub version: String,
    /// Of the leaf, hexadecimal.
    pub sha256: String,
    /// The first names of the leaf.
    pub names: Vec<String>,
    pub not_after: Timestamp,
    /// Does the leaf cover the name that was asked for?
    pub covers: bool,
    /// Of the chain as sent, at the moment of the audit.
    pub trust: Option<Verification>,
}

impl Presented {
    /// Why a browser would refuse it, as a phrase; none where it would not.
    pub fn fault(&self) -> Option<String> {
        match &self.trust {
            _ if !self.covers => {
                let names = if self.names.is_empty() { "no name".to_owned() } else { self.names.join(", ") };
                Some(format!("a certificate for {names}"))
            }
            Some(Verification::Expired) => Some(format!("a chain that expired ({})", self.not_after)),
            Some(Verification::Trusted) => None,
            Some(_) => Some("a chain that leads to no trusted root".to_owned()),
            None => Some("no certificate that can be read".to_owned()),
        }
    }
}

//! What the mail servers of a domain said over SMTP and TLS.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Answer, Certificate, Lookup, Miss, Refusal, Seen, Session, Trust};
use crate::engine::hello::Version;

/// The mail servers of one audited domain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailServers {
    /// The hosts of the MX records in their order, bounded, on port 25; empty where mail is refused or
    /// there are no MX records.
    pub exchangers: Vec<MailServer>,
    /// MX hosts beyond the bound.
    pub left_out: usize,
    /// Where people hand in mail: ports 465 and 587, by SRV record or on the domain's own MX host.
    pub submission: Vec<MailServer>,
    /// Is the MX record set proven by DNSSEC? None: the resolver does not say.
    pub mx_secure: Seen<Option<bool>>,
}

/// One host and port.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    /// It lies below the domain's own registered name, not at a provider.
    pub own: bool,
    /// What it said up to TLS; on port 465 TLS comes first.
    pub dialogue: Seen<Dialogue>,
    /// What it presented in TLS; not asked where it offers none.
    pub secured: Seen<Secured>,
    /// After STARTTLS, does it act on a command that came before the handshake (CVE-2011-0411)? Asked
    /// of a domain's own servers.
    pub injected: Seen<bool>,
    /// SSL 3.0 to TLS 1.2 by themselves: is each offered? Asked of a domain's own servers.
    pub versions: BTreeMap<Version, Seen<bool>>,
    /// TLSA records of `_<port>._tcp.<host>`.
    pub tlsa: Seen<TlsaSet>,
    /// Are its addresses proven by DNSSEC? None: the resolver does not say. Asked where the question
    /// for its TLSA records was answered with an error.
    #[serde(skip_serializing_if = "is_unasked")]
    pub addresses_secure: Seen<Option<bool>>,
}

fn is_unasked(secure: &Seen<Option<bool>>) -> bool {
    matches!(secure, Seen::Missed(Miss::NotAsked))
}

/// A dialogue in the clear (RFC 5321, 3207).
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialogue {
    /// As listed in the reply to EHLO, upper case, sorted.
    pub capabilities: Vec<String>,
    /// It turned EHLO down and took HELO.
    pub plain: bool,
    /// Code of the reply to STARTTLS, where it was offered.
    pub starttls: Option<u16>,
}

/// A TLS handshake after STARTTLS, or at once on port 465.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Secured {
    pub session: Seen<Session>,
    /// What it did in place of a handshake with TLS 1.2 or 1.3.
    pub refusal: Option<Refusal>,
    /// As sent, the leaf first.
    pub chain: Seen<Vec<Certificate>>,
    pub trust: Seen<Trust>,
    /// Data of a TLSA record `3 1 1` for the leaf.
    pub association: Option<String>,
}

/// The TLSA records of one name.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsaSet {
    pub name: String,
    pub records: Vec<Tlsa>,
    /// Proven by DNSSEC? None: the resolver does not say.
    pub secure: Option<bool>,
}

/// One TLSA record (RFC 6698 section 2).
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tlsa {
    pub usage: u8,
    pub selector: u8,
    pub matching: u8,
    /// Lower-case hexadecimal.
    pub data: String,
    /// Does the chain fit it? None: no chain was seen.
    pub fits: Option<bool>,
}

impl Dialogue {
    pub fn offers(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|one| one.split(' ').next() == Some(capability))
    }
}

impl MailServer {
    /// `mx.example.com:25`
    pub fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// What was presented in TLS; a reason where nothing was.
    pub fn secured(&self) -> Result<&Secured, Miss> {
        self.dialogue.as_ref().map_err(Clone::clone)?;
        self.secured.as_ref().map_err(Clone::clone)
    }
}

impl Secured {
    pub fn leaf(&self) -> Result<&Certificate, Miss> {
        let chain = self.chain.as_ref().map_err(Clone::clone)?;
        chain.first().ok_or_else(|| Miss::Malformed("the server sent no certificate".to_owned()))
    }
}

impl Tlsa {
    /// `3 1 1 0123…`, as in a zone file, the data shortened.
    pub fn shown(&self) -> String {
        let data = self.data.get(..16).map_or_else(|| self.data.clone(), |head| format!("{head}…"));
        format!("{} {} {} {data}", self.usage, self.selector, self.matching)
    }
}

/// A name that DNSSEC may prove, with its records.
#[derive(Clone, Debug)]
pub struct Proven<T> {
    pub lookup: Lookup<T>,
    pub secure: Option<bool>,
}

impl<T> Proven<T> {
    pub fn records(&self) -> Result<&[T], &Miss> {
        self.lookup.as_ref().map(Answer::records)
    }
}

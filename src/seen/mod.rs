//! Observations: what was seen, as plain data that can be saved, replayed and judged.
//!
//! No check ever sees a socket or a path; it sees these types. Every value is either
//! [`Seen::Got`] or [`Seen::Missed`], and a missed one never reaches a check.

mod backend;
mod database;
mod delegation;
mod dns;
mod endpoint;
mod environment;
mod exchange;
mod firestore;
mod leak;
mod mail;
mod mail_server;
mod miss;
mod offer;
mod operation;
mod platform;
mod probe;
mod provider;
mod realtime;
mod repository;
mod route;
mod sight;
mod signed;
mod site;
mod webhook;
mod zone;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{
    backend::*, database::*, delegation::*, dns::*, endpoint::*, environment::*, exchange::*, firestore::*,
    leak::*, mail::*, mail_server::*, miss::*, offer::*, operation::*, platform::*, probe::*, provider::*,
    realtime::*, repository::*, route::*, sight::*, signed::*, site::*, webhook::*, zone::*,
};

/// Everything that was observed in one audit, by kind and subject.
///
/// A subject is what a finding is about: a domain name, `host:port`, a URL, a path in the
/// repository, or [`THE_REPOSITORY`].
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Observations {
    /// The moment of the audit; judges have no other clock.
    pub now: Timestamp,
    pub zones: BTreeMap<String, Seen<Zone>>,
    pub delegations: BTreeMap<String, Seen<Delegation>>,
    pub mail: BTreeMap<String, Seen<Mail>>,
    pub mail_servers: BTreeMap<String, Seen<MailServers>>,
    pub endpoints: BTreeMap<String, Seen<Endpoint>>,
    pub sites: BTreeMap<String, Seen<Site>>,
    pub routes: BTreeMap<String, Seen<Route>>,
    pub webhooks: BTreeMap<String, Seen<Webhook>>,
    pub probes: BTreeMap<String, Seen<Probe>>,
    pub accounts: BTreeMap<String, Seen<Account>>,
    pub backends: BTreeMap<String, Seen<Backend>>,
    pub environments: BTreeMap<String, Seen<Environments>>,
    pub firestore: BTreeMap<String, Seen<FirestoreRules>>,
    pub realtime: BTreeMap<String, Seen<RealtimeRules>>,
    pub databases: BTreeMap<String, Seen<Database>>,
    pub leaks: BTreeMap<String, Seen<Leaks>>,
    pub repositories: BTreeMap<String, Seen<Repository>>,
    /// Every host and port that was really contacted, sorted.
    pub contacted: BTreeSet<Contact>,
    /// DNS questions sent, to the resolver and to name servers directly, repeated ones included.
    pub dns_questions: u32,
}

/// The subject of observations about the repository as a whole.
pub const THE_REPOSITORY: &str = "repository";

impl Default for Observations {
    fn default() -> Self {
        Self {
            now: Timestamp::UNIX_EPOCH,
            zones: BTreeMap::new(),
            delegations: BTreeMap::new(),
            mail: BTreeMap::new(),
            mail_servers: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            sites: BTreeMap::new(),
            routes: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            probes: BTreeMap::new(),
            accounts: BTreeMap::new(),
            backends: BTreeMap::new(),
            environments: BTreeMap::new(),
            firestore: BTreeMap::new(),
            realtime: BTreeMap::new(),
            databases: BTreeMap::new(),
            leaks: BTreeMap::new(),
            repositories: BTreeMap::new(),
            contacted: BTreeSet::new(),
            dns_questions: 0,
        }
    }
}

/// A host that was contacted, and why.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, schemars::JsonSchema)]
pub struct Contact {
    pub host: String,
    pub port: u16,
    /// `dns`, `tls`, `http`, …
    pub purpose: String,
}

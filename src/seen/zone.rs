//! What a domain's zone says about the name itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Answers, Seen};

/// The label that is asked to learn whether a wildcard answers; nobody has a name like this.
pub const NO_SUCH_LABEL: &str = "gonogo-no-such-name";

/// The zone of one audited domain, through the recursive resolver.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zone {
    /// NS, SOA, CAA, CNAME, A, AAAA and TXT of the domain; its `www`; its name servers; what its
    /// CNAMEs lead to.
    pub answers: Answers,
    /// The names that were followed: the domain, its `www`, the hosts of declared sites below it,
    /// and the host of its MTA-STS policy; sorted.
    pub names: Vec<String>,
    /// What the hosting services answered, by the name that leads to each.
    pub hosted: BTreeMap<String, Seen<Hosted>>,
}

/// The answer of a hosting service that may not know a name any more.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hosted {
    /// Id of the service in `rules/takeover/services.toml`.
    pub service: String,
    pub status: u16,
    /// It is the answer that the service gives for names nobody has claimed.
    pub unclaimed: bool,
}

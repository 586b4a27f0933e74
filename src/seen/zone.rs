//! What a domain's zone says about the name itself.

use serde::{Deserialize, Serialize};

use super::Answers;

/// The label that is asked to learn whether a wildcard answers; nobody has a name like this.
pub const NO_SUCH_LABEL: &str = "gonogo-no-such-name";

/// The zone of one audited domain, through the recursive resolver.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zone {
    /// NS, SOA, CAA, CNAME, A, AAAA and TXT of the domain; its `www`; its name servers; what its
    /// CNAMEs lead to.
    pub answers: Answers,
}

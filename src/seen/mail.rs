//! What the DNS says about a domain's mail.

use serde::{Deserialize, Serialize};

use super::Lookup;

/// The mail records of one audited domain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// TXT records of the domain itself, each with its strings joined (RFC 7208 section 3.3).
    pub txt: Lookup<String>,
}

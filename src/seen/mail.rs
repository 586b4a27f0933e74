//! What the DNS says about a domain's mail.

use serde::{Deserialize, Serialize};

use super::Answers;

/// The mail records of one audited domain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// MX, TXT and everything the SPF, DKIM and DMARC records lead to.
    pub answers: Answers,
    /// The DKIM selectors that were asked, sorted.
    pub selectors: Vec<String>,
}

//! Credentials found in a repository: redacted when they are found, never stored whole.

use serde::{Deserialize, Serialize};

/// Everything the secrets engine found in one repository.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Leaks {
    /// One entry a value, sorted by rule and fingerprint.
    pub leaks: Vec<Leak>,
}

/// One secret value and all the places it lives in.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Leak {
    /// The id of its rule, e.g. `secrets/stripe-live-key`.
    pub rule: String,
}

//! What a webhook endpoint answers to requests that no provider signed.

use serde::{Deserialize, Serialize};

/// The answers of one endpoint, by its URL.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Probe {
    pub url: String,
}

//! What a private route answers to its owner, a stranger and nobody, through the cache.

use serde::{Deserialize, Serialize};

/// One private route, by its URL.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Route {
    pub url: String,
}

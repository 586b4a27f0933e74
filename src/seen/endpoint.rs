//! What a TLS endpoint presented.

use serde::{Deserialize, Serialize};

/// One TLS endpoint (`host:port`), captured whether or not its chain verifies.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
}

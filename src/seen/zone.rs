//! What a domain's zone says about the name itself.

use serde::{Deserialize, Serialize};

use super::Lookup;

/// The zone of one audited domain, through the recursive resolver.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zone {
    pub ns: Lookup<String>,
}

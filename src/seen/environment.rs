//! Facts about environments, gathered from the repository's files.

use serde::{Deserialize, Serialize};

/// All facts of one repository; checks look for contradictions between them.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Environments {
    pub files: Vec<String>,
}

//! Facts about the repository as a whole: what stack it is, who owns what.

use serde::{Deserialize, Serialize};

/// One repository.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Repository {
    /// Number of files in the working tree that git does not ignore.
    pub files: u64,
}

//! The migrations of a Supabase project: the thing judged, so their text is kept.

use serde::{Deserialize, Serialize};

/// All migrations of one project, by the path of their folder.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// In the order in which they are applied.
    pub migrations: Vec<Migration>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// Relative to the repository.
    pub path: String,
    pub sql: String,
}

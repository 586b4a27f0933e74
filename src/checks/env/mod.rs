//! Checks of the station `env`.

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[];

//! Checks of the station `access`.

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[];

//! Checks of the station `ops`.

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[];

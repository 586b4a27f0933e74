//! Checks of the station `firebase`.

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[];

//! Checks of the station `domain`.

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[];

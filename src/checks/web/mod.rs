//! Checks of the station `web`.

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[];

//! Checks of the station `webhook`.

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[];

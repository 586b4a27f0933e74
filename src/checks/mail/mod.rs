//! Checks of the station `mail`.

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[];

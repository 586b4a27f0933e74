//! Checks of the station `tls`.

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[];

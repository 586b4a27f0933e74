//! A Firestore rules file: the thing judged, so its text is kept.

use serde::{Deserialize, Serialize};

/// One rules file, by its path in the repository.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct FirestoreRules {
    pub text: String,
}

//! A Firestore rules file: the thing judged, so its text is kept.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::Miss;
use crate::engine::firestore::Analysis;

/// One rules file, by its path in the repository.
#[derive(Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct FirestoreRules {
    pub text: String,
    /// What `firebase.json` says, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firebase: Option<FirebaseConfig>,
    /// The file understood, worked out once for all checks.
    #[serde(skip)]
    analysis: OnceLock<Analysis>,
}

/// The rules files that `firebase.json` names.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct FirebaseConfig {
    /// Its path in the repository.
    pub path: String,
    /// Paths in the repository of the files under `firestore`, `storage` and `database`, sorted.
    pub rules: Vec<String>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<Miss>,
}

impl FirestoreRules {
    pub fn new(text: String, firebase: Option<FirebaseConfig>) -> Self {
        Self { text, firebase, analysis: OnceLock::new() }
    }

    /// The file read, compiled and judged for whole classes of callers.
    pub fn analysis(&self) -> &Analysis {
        self.analysis.get_or_init(|| Analysis::of(&self.text))
    }
}

impl Clone for FirestoreRules {
    fn clone(&self) -> Self {
        Self::new(self.text.clone(), self.firebase.clone())
    }
}

impl PartialEq for FirestoreRules {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.firebase == other.firebase
    }
}

impl std::fmt::Debug for FirestoreRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirestoreRules")
            .field("text", &self.text)
            .field("firebase", &self.firebase)
            .finish_non_exhaustive()
    }
}

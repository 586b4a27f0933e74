//! A Realtime Database rules file: the thing judged, so its text is kept.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::FirebaseConfig;
use crate::engine::realtime::{Ruleset, Survey, compile};

/// One rules file, by its path in the repository.
#[derive(Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct RealtimeRules {
    pub text: String,
    /// What `firebase.json` says, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firebase: Option<FirebaseConfig>,
    /// The file understood, worked out once for all checks.
    #[serde(skip)]
    analysis: OnceLock<(Ruleset, Survey)>,
}

impl RealtimeRules {
    pub fn new(text: String, firebase: Option<FirebaseConfig>) -> Self {
        Self { text, firebase, analysis: OnceLock::new() }
    }

    /// The file compiled, and what callers can do at the moment `now`.
    pub fn analysis(&self, now: jiff::Timestamp) -> &(Ruleset, Survey) {
        self.analysis.get_or_init(|| {
            let rules = compile(&self.text);
            let survey = Survey::of(&rules, now.as_millisecond() as f64);
            (rules, survey)
        })
    }
}

impl Clone for RealtimeRules {
    fn clone(&self) -> Self {
        Self::new(self.text.clone(), self.firebase.clone())
    }
}

impl PartialEq for RealtimeRules {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.firebase == other.firebase
    }
}

impl std::fmt::Debug for RealtimeRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RealtimeRules")
            .field("text", &self.text)
            .field("firebase", &self.firebase)
            .finish_non_exhaustive()
    }
}

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
    /// What the product's own code does with documents, where it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<ClientCode>,
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
    /// Those of them that are not in the repository.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<String>,
    /// Deploy targets that it names and `.firebaserc` beside it does not know, as `storage:main`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_targets: Vec<String>,
    /// The composite indexes that it deploys, where it names a file of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indexes: Option<Indexes>,
    /// The file that it names for the same product where it does not name this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<Miss>,
}

/// A file such as `firestore.indexes.json`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Indexes {
    /// Its path in the repository.
    pub path: String,
    pub composites: Vec<Composite>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<Miss>,
}

/// An index over several fields.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Composite {
    pub collection: String,
    /// Of all collections of the name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub group: bool,
    pub fields: Vec<Clause>,
}

/// A field in a query or an index.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clause {
    pub field: String,
    pub by: By,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    #[default]
    Equal,
    /// An array that has a value.
    Contains,
    /// Less, greater or other than a value.
    Range,
    Ascending,
    Descending,
}

/// What the code of a repository does with documents.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientCode {
    /// By file and line.
    pub uses: Vec<CodeUse>,
    /// Collections whose name is computed.
    pub unread: u32,
    /// There are more sources, or more uses, than were read.
    pub cut: bool,
    /// Files that speak to Firebase as a client.
    pub clients: u32,
    /// Where App Check is started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_check: Option<Line>,
}

/// A line of a file.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Line {
    pub file: String,
    /// From 1.
    pub line: u32,
}

/// One place that reads or writes documents.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodeUse {
    pub file: String,
    /// From 1.
    pub line: u32,
    /// Collections and documents by turns, `{}` for what is computed.
    pub path: Vec<String>,
    /// All collections of the name, wherever they are.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub group: bool,
    pub task: Task,
    /// Top-level fields that are sent, as far as they are written out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Conditions and orders of a query, as far as they are written out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<Clause>,
    /// Some of them are computed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub computed: bool,
    /// By the Admin SDK, for which rules do not hold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub trusted: bool,
    /// In a file that takes webhooks.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hook: bool,
}

/// What code does with a document or a collection.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    Get,
    List,
    Create,
    /// Creates or replaces.
    Set,
    Update,
    Delete,
    /// Named, and what is done with it is not seen.
    #[default]
    Mention,
}

impl CodeUse {
    /// `/users/{}/orders`.
    pub fn shown(&self) -> String {
        format!("/{}", self.path.join("/"))
    }
}

impl FirestoreRules {
    pub fn new(text: String, firebase: Option<FirebaseConfig>) -> Self {
        Self { text, firebase, code: None, analysis: OnceLock::new() }
    }

    #[must_use]
    pub fn with_code(self, code: Option<ClientCode>) -> Self {
        Self { code, ..self }
    }

    /// The file read, compiled and judged for whole classes of callers.
    pub fn analysis(&self) -> &Analysis {
        self.analysis.get_or_init(|| Analysis::of(&self.text))
    }
}

impl Clone for FirestoreRules {
    fn clone(&self) -> Self {
        Self::new(self.text.clone(), self.firebase.clone()).with_code(self.code.clone())
    }
}

impl PartialEq for FirestoreRules {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.firebase == other.firebase && self.code == other.code
    }
}

impl std::fmt::Debug for FirestoreRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirestoreRules")
            .field("text", &self.text)
            .field("firebase", &self.firebase)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

//! Credentials found in a repository: redacted when they are found, never stored whole.

use serde::{Deserialize, Serialize};

use super::{Fact, Miss};

/// Everything the secrets engine found in one repository.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Leaks {
    /// One entry a value, sorted by rule and fingerprint.
    pub leaks: Vec<Leak>,
    pub tree: TreeScan,
    /// None if there is no history, or nobody asked for it.
    pub history: Option<HistoryScan>,
    /// Public values of a client bundle that say which projects it talks to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// What should have been looked at and was not. While there is one, silence is no pass.
    pub missed: Vec<Miss>,
}

/// How much of the tree was looked at.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TreeScan {
    /// Files whose text was scanned.
    pub files: u64,
    pub bytes: u64,
    /// Files that hold no text.
    pub binary: u64,
}

/// How much of the history was looked at.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct HistoryScan {
    /// Versions of files, and messages of commits and tags.
    pub objects: u64,
    pub bytes: u64,
    pub commits: u64,
}

/// One secret value and all the places it lives in.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Leak {
    /// The id of its rule, e.g. `secrets/stripe-live-secret-key`.
    pub rule: String,
    /// 64 bits of SHA-256 of the value, in hexadecimal.
    pub fingerprint: String,
    /// The kind's own prefix and an ellipsis; no part of what is secret.
    pub redacted: String,
    /// Of the value, in bytes.
    pub length: u64,
    /// What the value says of itself, e.g. `role service_role, project abc`.
    pub note: Option<String>,
    /// Seconds since 1970.
    pub expires: Option<i64>,
    /// In the tree, sorted; at most twenty.
    pub sites: Vec<LeakSite>,
    /// All of them, the accepted ones left out.
    pub site_count: u64,
    /// In the history, by path; at most twenty.
    pub past: Vec<LeakPast>,
    /// Places where a `gonogo:ignore` accepts it.
    pub accepted: Vec<LeakAccepted>,
}

/// A place in the tree.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeakSite {
    pub path: String,
    /// From 1.
    pub line: u32,
    /// From 1, in UTF-16 code units.
    pub column: u32,
    /// The line near the value, values taken out.
    pub snippet: String,
    /// In the original file, where the path is that of a source map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<LeakSource>,
}

/// A file that a bundle was made of.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeakSource {
    /// As the source map calls it.
    pub path: String,
    /// From 1.
    pub line: u32,
}

/// A path in the history that held the value.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeakPast {
    pub path: String,
    /// From 1.
    pub line: u32,
    /// The commits that first and last had it there (full ids); none if no commit leads to it.
    pub first: Option<String>,
    pub last: Option<String>,
    /// When these were committed, in seconds since 1970.
    pub first_time: Option<i64>,
    pub last_time: Option<i64>,
    /// Is it there in the current commit?
    pub in_head: bool,
    /// A reference whose newest commit has it there, e.g. `refs/heads/old`.
    pub still_in: Option<String>,
    /// The commit that took it away, where no reference has it now.
    pub left: Option<String>,
    pub left_time: Option<i64>,
    /// What keeps it, where no reference does.
    pub loose: Option<LeakLoose>,
}

/// What keeps an object that no reference leads to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeakLoose {
    /// A reflog, until its entry expires.
    Reflog,
    /// Nothing; the next `git gc --prune` may remove it.
    Nothing,
}

/// Accepted on purpose, in the file itself.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeakAccepted {
    pub path: String,
    pub line: u32,
    pub reason: String,
}

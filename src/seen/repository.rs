//! Facts about the repository as a whole: what stack it is, who owns what.

use serde::{Deserialize, Serialize};

use super::Operation;

/// One repository.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Repository {
    /// Number of files in the working tree that git does not ignore.
    pub files: u64,
    /// There are more files than were listed, so that what is absent may be among the rest.
    pub cut: bool,
    /// The file that GitHub or GitLab reads owners from.
    pub codeowners: Option<Codeowners>,
    /// Paths whose change can cost money or data, sorted.
    pub critical: Vec<CriticalPath>,
    /// Paths of CI workflows, sorted.
    pub workflows: Vec<String>,
    pub readme: Option<String>,
    /// What shows that something is deployed from here, e.g. `supabase/functions`. Sorted.
    pub deployed: Vec<String>,
    /// Files that serve request handlers of the product's own. Sorted, bounded.
    pub servers: Vec<String>,
    /// Files that name a health route. Sorted, bounded.
    pub health: Vec<String>,
    /// What `firebase.json` deploys, if there is one.
    pub firebase: Option<FirebaseDeploys>,
    /// Tests of Firestore or Storage rules. Sorted.
    pub rules_tests: Vec<String>,
    /// Calls to others, retries, limits, inboxes, and the results of other tools. Boxed: it is far larger
    /// than the rest.
    pub operation: Box<Operation>,
}

/// A CODEOWNERS file.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Codeowners {
    pub path: String,
    /// Lines that name owners.
    pub rules: u32,
    /// It is longer than was read.
    pub cut: bool,
}

/// A path whose change needs a second pair of eyes.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct CriticalPath {
    pub path: String,
    /// `webhook handler`, `security rules`, `migrations`, `deployment`.
    pub what: String,
    /// The last matching line of CODEOWNERS names somebody.
    pub owned: bool,
}

/// The parts of `firebase.json` that deploy rules.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct FirebaseDeploys {
    pub path: String,
    pub firestore: bool,
    pub storage: bool,
    pub database: bool,
}

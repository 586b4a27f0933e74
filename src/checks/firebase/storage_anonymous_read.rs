//! Anyone on the internet can read files.
//!
//! The bucket's name is in every client, so a rule that does not look at `request.auth` opens its files to
//! the world; with `list` nobody has to guess their names. Folders that are public by their name (images,
//! avatars, products, …) are not reported.
//!
//! ## Fix
//!
//! Grant reading to those who may see the file:
//! ```text
//! match /users/{userId}/{file=**} {
//!   allow read: if request.auth != null && request.auth.uid == userId;
//! }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/rules-conditions>

use super::storage::{Reading, content, is_everything, operations, readable, things};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Grant, collection::Content, prove::Caller},
    finding::{Confidence, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-anonymous-read",
    title: "anyone can read files without signing in",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_anonymous_read.rs"),
};

const READING: Reading = Reading {
    caller: Caller::Anonymous,
    told: |exposed| {
        let (what, files) = (operations(&exposed.witnesses), things(exposed.grant));
        format!("anyone can {what} {files} without signing in")
    },
    weight,
    fix: "Require request.auth and compare it with the owner that the path names.",
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    readable(&READING, rules, context)
}

fn weight(grant: &Grant) -> (Severity, Confidence) {
    match content(grant) {
        _ if is_everything(grant) => (Severity::High, Confidence::High),
        Content::Private | Content::People => (Severity::High, Confidence::High),
        Content::Unknown | Content::Public => (Severity::Medium, Confidence::Medium),
    }
}

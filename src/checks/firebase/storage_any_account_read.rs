//! Anyone with an account can read other people's files.
//!
//! `request.auth != null` asks for an account, not for a particular one, and whoever can sign up has one.
//! Folders that are public by their name are not reported.
//!
//! ## Fix
//!
//! Compare the caller with the owner that the path names:
//! ```text
//! match /users/{userId}/{file=**} {
//!   allow read: if request.auth != null && request.auth.uid == userId;
//! }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/rules-conditions>

use super::storage::{Reading, content, is_everything, of_others, operations, readable};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Grant, collection::Content, prove::Caller},
    finding::{Confidence, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-any-account-read",
    title: "any account can read other people's files",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_any_account_read.rs"),
};

const READING: Reading = Reading {
    caller: Caller::Stranger,
    told: |exposed| {
        format!("any signed-in user can {} {}", operations(&exposed.witnesses), of_others(exposed.grant))
    },
    weight,
    fix: "Compare request.auth.uid with the owner that the path or the metadata names.",
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    readable(&READING, rules, context)
}

fn weight(grant: &Grant) -> (Severity, Confidence) {
    match content(grant) {
        _ if is_everything(grant) => (Severity::High, Confidence::Medium),
        Content::Private => (Severity::High, Confidence::Medium),
        Content::People => (Severity::Medium, Confidence::Medium),
        Content::Unknown | Content::Public => (Severity::Low, Confidence::Medium),
    }
}

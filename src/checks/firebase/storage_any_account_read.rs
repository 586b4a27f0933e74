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

use super::storage::{
    Exposed, Files, OPEN, content, is_everything, of_others, of_owner, operations, understood,
};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{collection::Content, prove::Caller, request::Method, storage::Wish},
    finding::{Confidence, Finding, Severity},
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

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let reads = [Method::Get, Method::List].map(|method| Wish::new(Caller::Stranger, method));
    let exposed = files.exposed(&reads);
    let findings = exposed
        .iter()
        .filter(|exposed| content(exposed.grant) != Content::Public)
        .map(|exposed| finding(&files, exposed, context))
        .collect();
    files.conclude(findings)
}

fn finding(files: &Files<'_>, exposed: &Exposed<'_>, context: &Context<'_>) -> Finding {
    let Exposed { grant, witnesses } = exposed;
    let what = format!("any signed-in user can {} {}", operations(witnesses), of_others(grant));
    let (severity, confidence) = match content(grant) {
        _ if is_everything(grant) => (Severity::High, Confidence::Medium),
        Content::Private => (Severity::High, Confidence::Medium),
        Content::People => (Severity::Medium, Confidence::Medium),
        Content::Unknown | Content::Public => (Severity::Low, Confidence::Medium),
    };
    let witness = witnesses.last().unwrap_or(&witnesses[0]);
    let finding = files
        .finding(what, grant, witness, context)
        .severity(severity)
        .confidence(confidence)
        .root(OPEN)
        .fix("Compare request.auth.uid with the owner that the path or the metadata names.");
    match files.patch(exposed, &of_owner(grant, false), context) {
        Some(patch) => finding.patch(patch),
        None => finding,
    }
}

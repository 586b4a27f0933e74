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

use super::storage::{
    Exposed, Files, OPEN, content, is_everything, of_owner, operations, things, understood,
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
    id: "firebase/storage-anonymous-read",
    title: "anyone can read files without signing in",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_anonymous_read.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let reads = [Method::Get, Method::List].map(|method| Wish::new(Caller::Anonymous, method));
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
    let what = format!("anyone can {} {} without signing in", operations(witnesses), things(grant));
    let (severity, confidence) = match content(grant) {
        _ if is_everything(grant) => (Severity::High, Confidence::High),
        Content::Private | Content::People => (Severity::High, Confidence::High),
        Content::Unknown | Content::Public => (Severity::Medium, Confidence::Medium),
    };
    let witness = witnesses.last().unwrap_or(&witnesses[0]);
    let finding = files
        .finding(what, grant, witness, context)
        .severity(severity)
        .confidence(confidence)
        .root(OPEN)
        .fix("Require request.auth and compare it with the owner that the path names.");
    match files.patch(exposed, &of_owner(grant, true), context) {
        Some(patch) => finding.patch(patch),
        None => finding,
    }
}

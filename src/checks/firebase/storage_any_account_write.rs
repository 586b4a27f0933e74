//! Anyone with an account can replace or delete other people's files.
//!
//! `write` is create, update and delete together. A rule that asks only for an account lets whoever signs
//! up overwrite or erase everyone's files; a check of size or type does not change that.
//!
//! ## Fix
//!
//! Compare the caller with the owner that the path names:
//! ```text
//! match /users/{userId}/{file=**} {
//!   allow write: if request.auth != null && request.auth.uid == userId;
//! }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/rules-conditions>

use super::storage::{
    Exposed, Files, OPEN, WRITES, is_everything, of_others, of_owner, operations, understood,
};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Principal, prove::Caller, request::Method, storage::Wish},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-any-account-write",
    title: "any account can change or delete other people's files",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_any_account_write.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let wishes = [Method::Create, Method::Update, Method::Delete]
        .map(|method| Wish { over: true, ..Wish::new(Caller::Stranger, method) });
    let exposed = files.exposed(&wishes);
    let findings = exposed
        .iter()
        .filter(|exposed| exposed.witnesses.iter().any(|witness| witness.request.method != Method::Create))
        .map(|exposed| finding(&files, exposed, context))
        .collect();
    files.conclude(&[Principal::Stranger], &WRITES, findings)
}

fn finding(files: &Files<'_>, exposed: &Exposed<'_>, context: &Context<'_>) -> Finding {
    let Exposed { grant, witnesses } = exposed;
    let what = format!("any signed-in user can {} {}", operations(witnesses), of_others(grant));
    let witness = witnesses.last().unwrap_or(&witnesses[0]);
    let finding = files
        .finding(what, grant, witness, context)
        .root(OPEN)
        .severity(if is_everything(grant) { Severity::Critical } else { Severity::High })
        .fix("Compare request.auth.uid with the owner that the path or the stored metadata names.");
    match files.patch(exposed, &of_owner(grant, false), context) {
        Some(patch) => finding.patch(patch),
        None => finding,
    }
}

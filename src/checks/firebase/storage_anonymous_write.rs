//! Anyone on the internet can upload, replace or delete files.
//!
//! Without an account anyone can fill the bucket at your expense, put malware or illegal content under
//! your domain, and replace or erase what your users stored. A look at what is sent does not help: the
//! sender chooses it.
//!
//! ## Fix
//!
//! Require an account, and that the folder belongs to it:
//! ```text
//! match /users/{userId}/{file=**} {
//!   allow write: if request.auth != null && request.auth.uid == userId;
//! }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/rules-conditions>

use super::storage::{Exposed, Files, OPEN, WRITES, of_owner, operations, things, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Principal, prove::Caller, request::Method, storage::Wish},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-anonymous-write",
    title: "anyone can write files without signing in",
    station: Station::Firebase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_anonymous_write.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let find = |method, over| Wish { over, ..Wish::new(Caller::Anonymous, method) };
    let wishes = [
        find(Method::Create, false),
        find(Method::Create, true),
        find(Method::Update, true),
        find(Method::Delete, true),
    ];
    let exposed = files.exposed(&wishes);
    let findings = exposed.iter().map(|exposed| finding(&files, exposed, context)).collect();
    files.conclude(&[Principal::Anonymous], &WRITES, findings)
}

fn finding(files: &Files<'_>, exposed: &Exposed<'_>, context: &Context<'_>) -> Finding {
    let Exposed { grant, witnesses } = exposed;
    let what = format!("anyone can {} {} without signing in", operations(witnesses), things(grant));
    let witness = witnesses.last().unwrap_or(&witnesses[0]);
    let finding = files
        .finding(what, grant, witness, context)
        .root(OPEN)
        .fix("Require request.auth and that the path names that account.");
    match files.patch(exposed, &of_owner(grant, true), context) {
        Some(patch) => finding.patch(patch),
        None => finding,
    }
}

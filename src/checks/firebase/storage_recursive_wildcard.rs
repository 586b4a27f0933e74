//! One grant covers the whole bucket.
//!
//! Grants add up: whatever stricter rules stand beside it, `match /{allPaths=**}` lets through what its own
//! condition lets through, for every folder there is and every one still to come.
//!
//! ## Fix
//!
//! Name each folder, and let nothing be the default:
//! ```text
//! match /avatars/{userId} { allow get: if true; allow create: if request.auth.uid == userId; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/core-syntax>

use super::{
    storage::{OPEN, is_everything, understood},
    test_mode::is_timed,
};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Access, storage::SERVICE},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-recursive-wildcard",
    title: "one grant covers the whole bucket",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_recursive_wildcard.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let everything =
        files.analysis.grants.iter().filter(|grant| is_everything(grant) && grant.service == SERVICE);
    let findings = everything
        .filter(|grant| !is_timed(grant))
        .filter(|grant| grant.access.iter().any(|(.., access)| *access != Access::Never))
        .map(|grant| {
            let at_will = grant.access.iter().any(|(.., access)| access.is_at_will());
            let what = format!(
                "allow {} at {} covers every file of the bucket",
                grant.methods.join(", "),
                grant.shown()
            );
            let finding = Finding::new(what)
                .at(super::place(rules, context, grant.span))
                .key(grant.methods.join(","))
                .fix("Name each folder and remove the grant on the recursive wildcard.");
            if at_will { finding.severity(Severity::Medium).root(OPEN) } else { finding }
        })
        .collect();
    files.conclude(&[], &[], findings)
}

//! The bucket is in test mode: open to everyone until a date.
//!
//! The console offers rules that let anyone read and write for 30 days. Until then every file is public;
//! after it every client is refused from one second to the next.
//!
//! ## Fix
//!
//! Replace the time limit with conditions about the caller before launch:
//! ```text
//! match /users/{userId}/{file=**} { allow read, write: if request.auth.uid == userId; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/insecure-rules>

use super::{
    storage::{OPEN, understood},
    test_mode::{day, is_timed},
};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::Principal,
        prove::Caller,
        request::Method,
        storage::{SERVICE, Wish},
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-test-mode",
    title: "files open until a date",
    station: Station::Firebase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_test_mode.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let timed = files.analysis.grants.iter().filter(|grant| grant.service == SERVICE && is_timed(grant));
    let findings = timed
        .map(|grant| {
            let open = Method::ALL.into_iter().find_map(|method| {
                files.find(grant, Wish { over: true, ..Wish::new(Caller::Anonymous, method) })
            });
            let what = format!("allow {} at {}", grant.methods.join(", "), grant.shown());
            let day = day(grant);
            let fix = "Replace the time limit with conditions about request.auth.";
            let Some(witness) = open else {
                return Finding::new(format!(
                    "{what} was test mode and is over since {day}: it grants nothing today"
                ))
                .at(super::place(rules, context, grant.span))
                .key(grant.shown())
                .severity(Severity::Medium)
                .fix(fix);
            };
            let what = format!("{what} is open to anyone without signing in until {day}");
            files.finding(what, grant, &witness, context).root(OPEN).fix(fix)
        })
        .collect();
    files.conclude(&[Principal::Anonymous], &Method::ALL, findings)
}

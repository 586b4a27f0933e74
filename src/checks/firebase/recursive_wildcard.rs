//! One grant covers the whole database.
//!
//! Grants add up: whatever stricter rules stand beside it, `match /{document=**}` lets through
//! what its own condition lets through, for every collection there is and every one still to come.
//! A grant to callers with a custom claim is not reported.
//!
//! ## Fix
//!
//! Name each collection, and let nothing be the default:
//! ```text
//! match /posts/{postId} { allow read: if true; }
//! match /users/{userId} { allow read, write: if request.auth.uid == userId; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-structure#recursive_wildcards>

use super::{OPEN, conclude, place, test_mode::is_timed, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::{Access, Grant, Principal},
        ast::Segment,
        request::Method,
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/recursive-wildcard",
    title: "one grant covers the whole database",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("recursive_wildcard.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let findings = analysis
        .grants
        .iter()
        .filter(|grant| grant.service == "cloud.firestore")
        // What is open until a date, or was, is reported as that.
        .filter(|grant| !is_timed(grant))
        .filter(|grant| matches!(grant.pattern.as_slice(), [Segment::Recursive(_)]))
        .filter_map(|grant| {
            let finding = finding(grant, analysis.grants.len() > 1)?;
            Some(finding.at(place(rules, context, grant.span)).key(grant.methods.join(",")))
        })
        .collect();
    conclude(analysis, Principal::Stranger, &Method::ALL, findings)
}

fn finding(grant: &Grant, has_siblings: bool) -> Option<Finding> {
    let reachable: Vec<Access> = grant
        .access
        .iter()
        .map(|(.., access)| *access)
        .filter(|access| !matches!(access, Access::Never | Access::Unknown(_)))
        .collect();
    if reachable.is_empty() {
        return None;
    }
    let at_will = reachable.into_iter().any(Access::is_at_will);
    let beside = if has_siblings { "; stricter rules beside it do not restrict it" } else { "" };
    let message =
        format!("allow {} at {} covers every collection{beside}", grant.methods.join(", "), grant.shown());
    let finding =
        Finding::new(message).fix("Name each collection and remove the grant on the recursive wildcard.");
    Some(if at_will { finding.severity(Severity::High).root(OPEN) } else { finding })
}

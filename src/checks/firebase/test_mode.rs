//! The database is in test mode: open to everyone until a date.
//!
//! The console offers rules that let anyone read and write for 30 days. Until then everything is
//! public; after it every client is refused from one second to the next.
//!
//! ## Fix
//!
//! Replace the time limit with conditions about the caller before launch:
//! ```text
//! match /users/{userId} { allow read, write: if request.auth.uid == userId; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/quickstart#secure_your_data>
//! - <https://firebase.google.com/docs/rules/insecure-rules>

use super::{OPEN, conclude, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::{Access, Grant, Principal, grants},
        request::Method,
        value::Sources,
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/test-mode",
    title: "rules open until a date",
    station: Station::Firebase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("test_mode.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let timed: Vec<&Grant> = analysis
        .grants
        .iter()
        .filter(|grant| grant.service == "cloud.firestore" && is_timed(grant))
        .collect();
    let findings = if timed.is_empty() {
        Vec::new()
    } else {
        let (today, _) = grants(&analysis.compiled, Some(context.now.as_nanosecond()));
        timed.into_iter().map(|grant| finding(grant, &today, rules, context)).collect()
    };
    conclude(analysis, Principal::Anonymous, &Method::ALL, findings)
}

/// Does nothing but the time, and what the caller chooses, stand between anyone and the data?
fn is_timed(grant: &Grant) -> bool {
    let at_will = Sources::TIME.and(Sources::SENT).and(Sources::QUERY);
    grant.access.iter().any(|(who, _, access)| match access {
        Access::Depends(on) => *who == Principal::Anonymous && on.has(Sources::TIME) && on.is_within(at_will),
        _ => false,
    })
}

fn finding(grant: &Grant, today: &[Grant], rules: &FirestoreRules, context: &Context<'_>) -> Finding {
    let now = today.iter().find(|other| other.span == grant.span);
    let open = now.is_some_and(|now| {
        now.access.iter().any(|(who, _, access)| *who == Principal::Anonymous && access.is_at_will())
    });
    let what = format!("allow {} at {}", grant.methods.join(", "), grant.shown());
    let finding = if open {
        Finding::new(format!("{what} is open to anyone without signing in until a date in the condition"))
            .root(OPEN)
    } else {
        Finding::new(format!("{what} was test mode and is over: it grants nothing today"))
            .severity(Severity::Medium)
    };
    finding
        .at(place(rules, context, grant.span))
        .key(grant.shown())
        .fix("Replace the time limit with conditions about request.auth.")
}

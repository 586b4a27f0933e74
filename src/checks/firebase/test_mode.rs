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

use super::{OPEN, conclude, match_never::reason, place, remedy, telling, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::{Access, Grant, Principal, grants},
        prove::{Caller, Prover},
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
        .filter(|grant| grant.service == "cloud.firestore" && is_timed(grant) && reason(grant).is_none())
        .collect();
    let findings = if timed.is_empty() {
        Vec::new()
    } else {
        let at = |moment| grants(&analysis.compiled, Some(moment)).0;
        let (today, later) = (at(context.now.as_nanosecond()), at(jiff::Timestamp::MAX.as_nanosecond()));
        timed.into_iter().map(|grant| finding(grant, (&today, &later), rules, context)).collect()
    };
    conclude(analysis, Principal::Anonymous, &Method::ALL, findings)
}

/// Does nothing but the time, and what the caller chooses, stand between anyone and the data?
pub(super) fn is_timed(grant: &Grant) -> bool {
    let at_will = Sources::TIME.and(Sources::SENT).and(Sources::QUERY);
    grant.access.iter().any(|(who, _, access)| match access {
        Access::Depends(on) => *who == Principal::Anonymous && on.has(Sources::TIME) && on.is_within(at_will),
        _ => false,
    })
}

/// `until 2026-12-31`, `over since 2020-01-01`: the last day that the condition names.
pub(super) fn day(grant: &Grant) -> String {
    let last = grant.moments().first().and_then(|moment| jiff::Timestamp::from_nanosecond(*moment).ok());
    last.map_or_else(|| "a date in the condition".to_owned(), |last| last.strftime("%F").to_string())
}

fn finding(
    grant: &Grant,
    (today, later): (&[Grant], &[Grant]),
    rules: &FirestoreRules,
    context: &Context<'_>,
) -> Finding {
    let is_open = |grants: &[Grant]| {
        grants.iter().find(|other| other.span == grant.span).is_some_and(|then| {
            then.access.iter().any(|(who, _, access)| *who == Principal::Anonymous && access.is_at_will())
        })
    };
    let what = format!("allow {} at {}", grant.methods.join(", "), grant.shown());
    let day = day(grant);
    let (open, opens) = (is_open(today), is_open(later));
    let message = match (open, opens) {
        (true, true) => format!("{what} is open to anyone without signing in since {day}"),
        (true, false) => format!("{what} is open to anyone without signing in until {day}"),
        (false, true) => format!("{what} opens to anyone without signing in after {day}"),
        (false, false) => format!("{what} was test mode and is over since {day}: it grants nothing today"),
    };
    let finding = match (open, opens) {
        (true, _) => shown(Finding::new(message), grant, rules, context).root(OPEN),
        (false, true) => Finding::new(message).root(OPEN),
        (false, false) => Finding::new(message).severity(Severity::Medium),
    };
    finding
        .at(place(rules, context, grant.span))
        .key(grant.shown())
        .fix("Replace the time limit with conditions about request.auth.")
}

/// With a request of today that the rules let through.
fn shown(finding: Finding, grant: &Grant, rules: &FirestoreRules, context: &Context<'_>) -> Finding {
    let analysis = rules.analysis();
    let prover = Prover::new(&analysis.compiled, &analysis.grants).at(context.now.as_nanosecond());
    let methods: Vec<Method> = Method::ALL.into_iter().filter(|method| grant.speaks_of(*method)).collect();
    let proofs = prover.requests(&grant.pattern, Caller::Anonymous, &methods);
    match proofs.iter().max_by_key(|proof| telling(proof.method)) {
        Some(proof) => remedy::shown(finding, proof),
        None => finding,
    }
}

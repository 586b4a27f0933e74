//! A condition that looks like a restriction is true for everyone.
//!
//! For example `isOwner() || true`, left over from a debugging session, or
//! `request.auth != null || request.auth == null`. The engine evaluates it to true without any
//! account, whatever is stored.
//!
//! ## Fix
//!
//! Remove the half that makes it true, or write `if true` where the data is meant to be public:
//! ```text
//! allow read: if isOwner();
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/insecure-rules>

use super::{OPEN, conclude, match_never::reason, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::{Access, Principal},
        request::Method,
        survey::{Mentions, allows, is_about_the_request},
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/condition-tautology",
    title: "a condition is always true",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("condition_tautology.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let ruleset = &analysis.compiled.ruleset;
    let restricts = Mentions::of(ruleset, is_about_the_request);
    let looks_restricted = |span| {
        let allow = allows(ruleset).into_iter().find(|allow| allow.span == span);
        allow.and_then(|allow| allow.condition.as_ref()).is_some_and(|condition| restricts.is_in(condition))
    };
    let findings = analysis
        .grants
        .iter()
        .filter(|grant| {
            let mut anonymous =
                grant.access.iter().filter(|(who, ..)| *who == Principal::Anonymous).peekable();
            anonymous.peek().is_some() && anonymous.all(|(.., access)| *access == Access::Always)
        })
        .filter(|grant| reason(grant).is_none())
        .filter(|grant| looks_restricted(grant.span))
        .map(|grant| {
            let message = format!(
                "the condition of allow {} at {} is true for everyone, also without signing in",
                grant.methods.join(", "),
                grant.shown()
            );
            Finding::new(message)
                .at(place(rules, context, grant.span))
                .key(format!("{} {}", grant.shown(), grant.methods.join(",")))
                .root(OPEN)
                .fix("Remove the half of the condition that makes it true for everyone.")
        })
        .collect();
    conclude(analysis, Principal::Anonymous, &Method::ALL, findings)
}

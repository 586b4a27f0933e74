//! A condition that looks like a grant is never true.
//!
//! Whoever asks and whatever is stored, it comes to false or to an error. The feature behind it does
//! not work, and the next hurried change may open too much.
//!
//! ## Fix
//!
//! Write `if false` where nothing is to be granted, and mend the comparison where something is:
//! ```text
//! allow read: if request.auth != null && request.auth.uid == userId;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/rules-language>

use super::{place, test_mode::is_timed, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Grant, prove::Prover},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/condition-never",
    title: "a condition is never true",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("condition_never.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    let undefined = |grant: &&Grant| {
        let within = |span: crate::engine::firestore::ast::Span| {
            span.start >= grant.span.start && span.end <= grant.span.end
        };
        !analysis.compiled.warnings.iter().any(|warning| within(warning.span))
    };
    let findings = analysis
        .grants
        .iter()
        .filter(|grant| grant.conditional && grant.constant.is_none() && prover.is_dead(grant))
        .filter(undefined)
        // What ended is reported as that.
        .filter(|grant| !is_timed(grant))
        .map(|grant| {
            let what = grant.methods.join(", ");
            Finding::new(format!("the condition of allow {what} at {} is never true", grant.shown()))
                .at(place(rules, context, grant.span))
                .key(format!("{} {what}", grant.shown()))
                .fix("Mend the condition, or write `if false`.")
        })
        .collect();
    Verdict::from_findings(findings)
}

//! One half of an `||` is an error for a method that the statement allows, and the other decides alone.
//!
//! An error denies only where nothing else grants: `a || b` is `b` where `a` fails. A statement for
//! `write` that begins with `resource.data.owner == request.auth.uid ||` asks nothing of the kind when
//! a document is created, because there is no `resource` yet, and the half behind `||` lets strangers
//! in by itself.
//!
//! ## Fix
//!
//! Give each method a statement of its own:
//! ```text
//! allow create: if request.resource.data.owner == request.auth.uid;
//! allow update, delete: if resource.data.owner == request.auth.uid;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/rules-language#building_conditions>

use super::{Survey, place, remedy, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::prove::Caller,
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/error-swallowed",
    title: "an error is passed over by ||",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("error_swallowed.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let survey = Survey::new(analysis);
    let mut findings: Vec<Finding> = Vec::new();
    for grant in analysis.grants.iter().filter(|grant| grant.rooted) {
        let Some((method, text)) = survey.prover.swallowed(grant) else { continue };
        // Reported as open by itself.
        if survey.is_open(grant, method) {
            continue;
        }
        let proofs = survey.prover.requests(&grant.pattern, Caller::Stranger, &[method]);
        let by_it = proofs.first().filter(|proof| proof.granted_by(&analysis.compiled) == Some(grant.span));
        let Some(proof) = by_it else { continue };
        let message = format!(
            "on {} at {}, {text} is always an error, so only what stands beside || decides, and that lets an account in that is not the owner's",
            method.name(),
            grant.shown()
        );
        let finding = Finding::new(message)
            .at(place(rules, context, grant.span))
            .key(format!("{} {}", grant.shown(), method.name()))
            .fix(format!("Give {} a statement of its own that says who may do it.", method.name()));
        findings.push(remedy::shown(finding, proof));
    }
    findings.dedup_by(|one, other| one.key == other.key);
    Verdict::from_findings(findings)
}

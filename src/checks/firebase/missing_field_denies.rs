//! A document that lacks some field is lost to its own owner.
//!
//! To read a field that is not there is an error, and an error denies, also in `!= true` and
//! `== null`. The rules let the document be created without the field, and then refuse it to the one
//! it belongs to.
//!
//! ## Fix
//!
//! Give the field a value for when it is absent, or ask for it when the document is created:
//! ```text
//! allow read: if resource.data.owner == request.auth.uid && resource.data.get('deleted', false) == false;
//! allow create: if request.resource.data.keys().hasAll(['owner', 'deleted']);
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/reference/rules/rules.Map#get>

use super::{
    Survey,
    code::{document, overlap},
    place, understood,
};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Grant, prove::Needed, request::Method},
    finding::{Confidence, Finding, Severity},
    seen::{FirestoreRules, Task},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/missing-field-denies",
    title: "a field that may be absent shuts out the document's owner",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("missing_field_denies.rs"),
};

/// What owners do with what they have.
const METHODS: [Method; 3] = [Method::Get, Method::Update, Method::Delete];

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let mut survey = Survey::new(analysis);
    let mut findings = Vec::new();
    for (grant, ground) in survey.grounds() {
        let mut found: Vec<(Method, Needed)> = Vec::new();
        for method in METHODS {
            for needed in survey.prover.needed(&ground, method) {
                let known = found.iter().any(|(_, known)| known.field == needed.field);
                if !known && !is_always_written(rules, grant, &needed.field) {
                    found.push((method, needed));
                }
            }
        }
        survey.note_exhaustion(&ground);
        let Some((method, first)) = found.first() else { continue };
        let fields: Vec<&str> = found.iter().map(|(_, needed)| needed.field.as_str()).collect();
        let message = format!(
            "a document at {} may be created without {}, and its owner then cannot {} it",
            grant.shown(),
            fields.join(", "),
            method.name()
        );
        let by = analysis
            .grants
            .iter()
            .find(|other| other.pattern == grant.pattern && other.speaks_of(*method))
            .unwrap_or(grant);
        findings.push(
            Finding::new(message)
                .at(place(rules, context, by.span))
                .key(grant.shown())
                .evidence("allowed request", first.created.command())
                .evidence("as a command", first.created.curl())
                .evidence("refused request", first.refused.command())
                .evidence("refused command", first.refused.curl())
                .fix(format!(
                    "Read it with resource.data.get('{}', …), or require it on create.",
                    first.field
                )),
        );
    }
    survey.conclude(findings)
}

/// Does all code that was seen to create documents there write the field?
fn is_always_written(rules: &FirestoreRules, grant: &Grant, field: &str) -> bool {
    let Some(code) = &rules.code else { return false };
    let v2 = rules.analysis().compiled.ruleset.is_v2();
    let mut creating = code
        .uses
        .iter()
        .filter(|seen| matches!(seen.task, Task::Create | Task::Set) && !seen.fields.is_empty())
        .filter(|seen| overlap(&grant.pattern, &document(seen), v2))
        .peekable();
    creating.peek().is_some() && creating.all(|seen| seen.fields.iter().any(|known| known == field))
}

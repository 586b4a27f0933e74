//! Documents are checked, but may carry any further field.
//!
//! Some fields are checked and others are let through, so that a client can add `role`, a megabyte of
//! text or whatever the next version of the product will trust.
//!
//! ## Fix
//!
//! Say which fields there may be:
//! ```text
//! allow create: if request.resource.data.keys().hasOnly(['owner', 'title']) && …;
//! allow update: if request.resource.data.diff(resource.data).affectedKeys().hasOnly(['title']) && …;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-fields>

use super::{Survey, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        prove::{Attempt, Caller},
        request::{Fields, Method},
        value::Value,
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/extra-fields",
    title: "fields that no rule names can be written",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("extra_fields.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let mut survey = Survey::new(analysis);
    let locked = Fields::from([("anything_else".to_owned(), Value::text("something"))]);
    let mut open = Vec::new();
    let mut shown = None;
    for (grant, ground) in survey.grounds() {
        for (caller, method) in [(Caller::Stranger, Method::Create), (Caller::Owner, Method::Update)] {
            // Without any look at what is sent it is another fault, or simply open.
            if survey.is_open(grant, method) || !survey.looks_at_what_is_sent(&ground, method) {
                continue;
            }
            if let Attempt::Allowed(proof) = survey.attempt(&ground, caller, method, &locked) {
                open.push((grant.shown(), proof.granted_by(&analysis.compiled).unwrap_or(grant.span)));
                shown = shown.or(Some(proof));
                break;
            }
        }
    }
    let findings = match (open.as_slice(), shown) {
        ([(first, _), others @ ..], Some(proof)) => {
            let more = match others.len() {
                0 => String::new(),
                more => format!(" and {more} other paths"),
            };
            vec![
                Finding::new(format!("documents at {first}{more} may carry fields that no rule names"))
                    .places(open.iter().take(20).map(|(_, span)| place(rules, context, *span)))
                    .evidence("allowed request", proof.command())
                    .evidence("as a command", proof.curl())
                    .fix("Restrict the keys with hasOnly."),
            ]
        }
        _ => Vec::new(),
    };
    survey.conclude(findings)
}

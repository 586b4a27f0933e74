//! Who may create a document is decided by what the document says.
//!
//! `request.resource.data` is written by the caller. A condition that takes from it that the caller is
//! an administrator, or whose role is looked up, is met by whoever writes the right word.
//!
//! ## Fix
//!
//! Decide by the caller's token, or by a document that is found by the caller's id:
//! ```text
//! allow create: if request.auth.token.admin == true;
//! allow create: if get(/databases/$(database)/documents/users/$(request.auth.uid)).data.role == 'admin';
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-conditions#authentication>

use super::{Survey, anonymous_may, place, remedy, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::request::Method,
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/create-trusts-input",
    title: "what the caller writes decides whether they may create it",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("create_trusts_input.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let mut survey = Survey::new(analysis);
    let mut findings = Vec::new();
    for (grant, ground) in survey.grounds() {
        // Open to any account altogether, or without one, which is another fault.
        if survey.is_open(grant, Method::Create) || anonymous_may(analysis, grant, Method::Create) {
            continue;
        }
        for chosen in survey.prover.chosen(&ground) {
            let (field, shown) = (&chosen.field, grant.shown());
            let why = if chosen.names {
                format!("by naming someone else in {field}, whose rights are then taken for theirs")
            } else {
                format!("by what they write into {field}")
            };
            let finding =
                Finding::new(format!("any signed-in user gets to create documents at {shown} {why}"))
                    .at(place(rules, context, survey.granted(&chosen.proof, grant).span))
                    .key(format!("{shown} {field}"))
                    .root(super::ESCALATION)
                    .fix("Decide by request.auth.token, or by a document that is found by request.auth.uid.");
            findings.push(remedy::shown(finding, &chosen.proof));
        }
        survey.note_exhaustion(&ground);
    }
    survey.conclude(findings)
}

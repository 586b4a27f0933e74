//! Documents can be created that belong to someone else.
//!
//! The rules decide by a field who may change or read a document, but a new document may carry any
//! name in that field. A stranger can put content into other people's accounts.
//!
//! ## Fix
//!
//! Compare the sent owner with the caller:
//! ```text
//! allow create: if request.auth != null && request.resource.data.owner == request.auth.uid;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-conditions>

use super::{Survey, anonymous_may, place, remedy, understood};
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
    id: "firebase/create-for-others",
    title: "documents can be created in someone else's name",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("create_for_others.rs"),
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
        let mut open = Vec::new();
        let mut bound = false;
        for owner in ground.harvest.compared_owners() {
            let locked = Fields::from([(owner.to_owned(), Value::text("alice"))]);
            let attempt = survey.attempt(&ground, Caller::Stranger, Method::Create, &locked);
            match attempt {
                Attempt::Allowed(proof) => open.push((owner, proof)),
                // Whose it is stands fast: the other names are of people it is about.
                Attempt::Refused => bound = true,
                Attempt::Undecided(_) => {}
            }
        }
        for (owner, proof) in open.into_iter().filter(|_| !bound) {
            let message = format!(
                "any signed-in user can create documents at {} that belong to someone else: {owner} may be anyone",
                grant.shown()
            );
            let by = survey.granted(&proof, grant);
            let kept = [format!("request.resource.data.{owner} == request.auth.uid")];
            let finding = Finding::new(message)
                .at(place(rules, context, by.span))
                .key(format!("{} {owner}", grant.shown()))
                .fix(format!("Require request.resource.data.{owner} == request.auth.uid on create."));
            let patch = remedy::closing(rules, context, by, &[*proof.clone()], &kept);
            findings.push(patch.into_iter().fold(remedy::shown(finding, &proof), Finding::patch));
        }
    }
    survey.conclude(findings)
}

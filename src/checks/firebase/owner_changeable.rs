//! An update may change the field that says whose document it is.
//!
//! Whoever may update a document can hand it to another account, or move it into another tenant: it
//! disappears for the ones and appears, with content of the sender's choice, for the others.
//!
//! ## Fix
//!
//! Keep the field as it is stored:
//! ```text
//! allow update: if resource.data.owner == request.auth.uid
//!   && request.resource.data.owner == resource.data.owner;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-fields>

use super::{Survey, place, remedy, understood};
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
    id: "firebase/owner-changeable",
    title: "the owner or tenant of a document can be changed",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("owner_changeable.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let mut survey = Survey::new(analysis);
    let mut findings = Vec::new();
    for (grant, ground) in survey.grounds() {
        if survey.is_open(grant, Method::Update) {
            continue;
        }
        let owners = ground.harvest.compared_owners().into_iter().map(|owner| (owner, Severity::Low));
        let tenants = ground.harvest.tenants().into_iter().map(|tenant| (tenant, Severity::Medium));
        for (field, severity) in owners.chain(tenants) {
            let locked = Fields::from([(field.to_owned(), Value::text("mallory"))]);
            let attempt = survey.attempt(&ground, Caller::Owner, Method::Update, &locked);
            let Attempt::Allowed(proof) = attempt else { continue };
            let message = format!(
                "an update of documents at {} can change {field}, which says whose they are",
                grant.shown()
            );
            let by = survey.granted(&proof, grant);
            let kept = [
                format!("request.resource.data.{field} == resource.data.{field}"),
                format!(
                    "(resource == null || request.resource == null || request.resource.data.{field} == resource.data.{field})"
                ),
            ];
            let finding = Finding::new(message)
                .severity(severity)
                .at(place(rules, context, by.span))
                .key(format!("{} {field}", grant.shown()))
                .fix(format!("Require request.resource.data.{field} == resource.data.{field} on update."));
            let patch = remedy::closing(rules, context, by, &[*proof.clone()], &kept);
            findings.push(patch.into_iter().fold(remedy::shown(finding, &proof), Finding::patch));
        }
    }
    survey.conclude(findings)
}

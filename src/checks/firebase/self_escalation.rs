//! The owner of a document can change a field that grants something.
//!
//! A role, a plan or a balance is kept in the user's own document, and nothing in the rules keeps the
//! user from writing it. Every account can make itself an administrator or rich.
//!
//! ## Fix
//!
//! Keep such fields in a document that only the server writes, or fix them:
//! ```text
//! allow update: if request.auth.uid == userId
//!   && !request.resource.data.diff(resource.data).affectedKeys().hasAny(['role', 'credits']);
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/solutions/role-based-access>

use super::{Survey, place, remedy, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        prove::{Attempt, Caller},
        request::{Fields, Method},
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/self-escalation",
    title: "users can give themselves a role or credit",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("self_escalation.rs"),
};

/// Fields that grant something by their very name.
const PRIVILEGED: [&str; 16] = [
    "role",
    "roles",
    "admin",
    "isadmin",
    "superadmin",
    "permissions",
    "plan",
    "tier",
    "credits",
    "balance",
    "coins",
    "ispremium",
    "premium",
    "subscription",
    "verified",
    "banned",
];

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
        let mut fields = Vec::new();
        let mut shown = None;
        for (field, value) in ground.harvest.named(&PRIVILEGED) {
            let locked = Fields::from([(field.to_owned(), value)]);
            let attempt = survey.attempt(&ground, Caller::Owner, Method::Update, &locked);
            if let Attempt::Allowed(proof) = attempt {
                fields.push(field);
                shown = Some(proof);
            }
        }
        let Some(proof) = shown else { continue };
        let message =
            format!("the owner of a document at {} can change its {}", grant.shown(), fields.join(", "));
        let by = survey.granted(&proof, grant);
        let changed = format!(
            "request.resource.data.diff(resource.data).affectedKeys().hasAny({})",
            remedy::list(&fields)
        );
        let kept =
            [format!("!{changed}"), format!("(resource == null || request.resource == null || !{changed})")];
        let finding = Finding::new(message)
            .at(place(rules, context, by.span))
            .key(grant.shown())
            .root(super::ESCALATION)
            .fix("Refuse updates that change these fields, or keep them where only the server writes.");
        let patch = remedy::closing(rules, context, by, &[*proof.clone()], &kept);
        findings.push(patch.into_iter().fold(remedy::shown(finding, &proof), Finding::patch));
    }
    survey.conclude(findings)
}

//! `allow read` with a condition on the document lets a query with that condition list them all.
//!
//! `read` is `get` and `list`. Where a document may be seen by those who know its id (an invitation,
//! a shared link), the same statement answers a query for every such document at once.
//!
//! ## Fix
//!
//! Grant `get`, and `list` only to those who need it:
//! ```text
//! allow get: if resource.data.active == true;
//! allow list: if resource.data.owner == request.auth.uid;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-structure#granular_operations>

use super::{Survey, place, remedy, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        collection::{Content, content},
        prove::Caller,
        request::Method,
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/query-exposes",
    title: "a query lists what only a single document was meant to show",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("query_exposes.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let survey = Survey::new(analysis);
    let mut findings = Vec::new();
    for (grant, _) in survey.grounds() {
        if content(&grant.pattern) != Content::Private || survey.is_open(grant, Method::List) {
            continue;
        }
        let callers = [Caller::Anonymous, Caller::Stranger];
        let proof = callers.into_iter().find_map(|caller| {
            let proofs = survey.prover.requests(&grant.pattern, caller, &[Method::List]);
            proofs.into_iter().find(|proof| proof.others.is_empty() && !proof.pinned.is_empty())
        });
        let Some(proof) = proof else { continue };
        let by = survey.granted(&proof, grant);
        if !by.methods.iter().any(|word| word == "read") {
            continue;
        }
        let who = if proof.caller == Caller::Anonymous { "anyone" } else { "any signed-in user" };
        let fields: Vec<&str> = proof.pinned.keys().map(String::as_str).collect();
        let message = format!(
            "{who} can list the documents at {} with a query for {}: read is get and list",
            grant.shown(),
            fields.join(", ")
        );
        let finding = Finding::new(message)
            .at(place(rules, context, by.span))
            .key(grant.shown())
            .fix("Grant get instead of read, and list only to those whom the documents belong to.");
        findings.push(remedy::shown(finding, &proof));
    }
    survey.conclude(findings)
}

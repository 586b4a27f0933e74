//! Strangers may list a collection, and no statement looks at the size of the list.
//!
//! Each document of an answer is billed. Without a limit one loop over the largest collection is a bill
//! and a full copy of the data.
//!
//! ## Fix
//!
//! Ask for a limit:
//! ```text
//! allow list: if request.query.limit <= 100;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-query#evaluating_constraints_on_queries>

use super::{Survey, place, remedy, test_mode::is_timed, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{prove::Caller, request::Method},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/list-unlimited",
    title: "lists have no limit",
    station: Station::Firebase,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("list_unlimited.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let survey = Survey::new(analysis);
    let mut open = Vec::new();
    let mut shown = None;
    for (grant, _) in survey.grounds() {
        let proofs = survey.prover.requests(&grant.pattern, Caller::Stranger, &[Method::List]);
        let without = proofs.into_iter().map(|mut proof| {
            proof.limit = None;
            proof
        });
        let Some(proof) = without.into_iter().find(|proof| proof.holds(&analysis.compiled)) else { continue };
        let by = survey.granted(&proof, grant);
        // What is open until a date is reported as that.
        if is_timed(by) {
            continue;
        }
        open.push((grant.shown(), by.span));
        shown = shown.or(Some(proof));
    }
    let (Some((first, _)), Some(proof)) = (open.first(), shown) else { return Verdict::Pass };
    let more = if open.len() > 1 { format!(" and {} other paths", open.len() - 1) } else { String::new() };
    let finding = Finding::new(format!("any signed-in user can list {first}{more} without a limit"))
        .places(open.iter().take(20).map(|(_, span)| place(rules, context, *span)))
        .fix("Add request.query.limit <= 100 to statements for list.");
    Verdict::fail(remedy::shown(finding, &proof))
}

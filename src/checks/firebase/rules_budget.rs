//! The conditions at one path read more documents, or are larger, than one request may afford.
//!
//! A request may read ten other documents (twenty in a batch) and evaluate 1,000 expressions. What goes
//! beyond is an error, which denies: often only for callers for whom all alternatives are tried.
//!
//! ## Fix
//!
//! Read one document that holds what several hold now, put the cheap alternatives first, or keep roles in
//! claims of the token.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-conditions#access_call_limits>
//! - <https://firebase.google.com/docs/firestore/quotas#security_rules>

use super::{Survey, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::request::Method,
    finding::{Confidence, Finding, Severity},
    seen::{FirestoreRules, Miss},
    station::Station,
    verdict::Verdict,
};

/// Of one request.
const MOST_READS: usize = 10;
const MOST_EXPRESSIONS: usize = 1_000;

pub(super) static CHECK: Check = Check {
    id: "firebase/rules-budget",
    title: "a request may need more than the engine grants it",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("rules_budget.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let survey = Survey::new(analysis);
    let (mut findings, mut unknown) = (Vec::new(), None);
    for (grant, ground) in survey.grounds() {
        let costs = Method::ALL.into_iter().map(|method| (method, survey.prover.cost(&ground, method)));
        let worst =
            costs.max_by_key(|(_, cost)| cost.map_or(usize::MAX, |cost| cost.reads * 100 + cost.expressions));
        match worst {
            Some((_, None)) => unknown = unknown.or(Some(grant.shown())),
            Some((method, Some(cost))) if cost.reads > MOST_READS || cost.expressions > MOST_EXPRESSIONS => {
                let message = format!(
                    "a {} at {} may need {} other documents and {} expressions; a request has {MOST_READS} and {MOST_EXPRESSIONS}",
                    method.name(),
                    grant.shown(),
                    cost.reads,
                    cost.expressions
                );
                findings.push(
                    Finding::new(message)
                        .severity(if cost.reads > MOST_READS { Severity::Medium } else { Severity::Low })
                        .at(place(rules, context, grant.span))
                        .key(grant.shown())
                        .fix("Read fewer documents, or put the cheap alternatives first."),
                );
            }
            _ => {}
        }
    }
    match unknown {
        Some(path) if findings.is_empty() => Verdict::inconclusive(Miss::Unsupported(format!(
            "a condition at {path} is too large to be counted"
        ))),
        _ => Verdict::from_findings(findings),
    }
}

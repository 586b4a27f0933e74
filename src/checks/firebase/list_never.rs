//! The condition of a statement for `list` looks at what a query does not know.
//!
//! A list is decided before any document is read: the last variable of the path and `resource.id` have
//! no value, and only the fields that the query fixes are there. A condition that needs them denies
//! every query, so the client's list fails, and the next hand loosens the rule.
//!
//! ## Fix
//!
//! Compare a field that the query can fix, and ask for it in the query:
//! ```text
//! allow list: if resource.data.owner == request.auth.uid;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-query>

use super::{place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{prove::Prover, request::Method},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/list-never",
    title: "no query can satisfy a statement that allows lists",
    station: Station::Firebase,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("list_never.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    let dead: Vec<_> = analysis
        .grants
        .iter()
        .filter(|grant| grant.rooted && prover.is_dead_for(grant, Method::List) && !prover.is_dead(grant))
        // `read` for one's own document is how people write `get`.
        .filter(|grant| grant.methods.iter().any(|word| word == "list"))
        .collect();
    let [first, others @ ..] = dead.as_slice() else { return Verdict::Pass };
    let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    let message = format!(
        "no query can satisfy allow list at {}{more}: its condition looks at what a query does not fix",
        first.shown()
    );
    Verdict::fail(
        Finding::new(message)
            .places(dead.iter().take(20).map(|grant| place(rules, context, grant.span)))
            .fix("Compare fields that the query can fix, not the document's id or other parts of its path."),
    )
}

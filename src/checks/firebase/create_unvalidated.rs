//! Documents are created or updated without any look at their content.
//!
//! The condition never mentions `request.resource`, so whoever may write can store anything: extra
//! fields such as `role: "admin"`, wrong types that break the clients, or a megabyte a document at
//! your expense.
//!
//! ## Fix
//!
//! Say which fields there may be and of which type:
//! ```text
//! allow create: if request.auth.uid == userId
//!   && request.resource.data.keys().hasOnly(['name', 'photo'])
//!   && request.resource.data.name is string && request.resource.data.name.size() < 100;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-fields>

use super::{conclude, match_never::reason, place, test_mode::is_timed, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::{Access, Grant, Principal},
        request::Method,
        survey::{Mentions, allows, is_sent_data},
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/create-unvalidated",
    title: "written documents are not validated",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("create_unvalidated.rs"),
};

const WRITES: [Method; 2] = [Method::Create, Method::Update];

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let ruleset = &analysis.compiled.ruleset;
    let validates = Mentions::of(ruleset, is_sent_data);
    let conditions = allows(ruleset);
    let validated = |grant: &Grant| {
        let allow = conditions.iter().find(|allow| allow.span == grant.span);
        allow.and_then(|allow| allow.condition.as_ref()).is_none_or(|condition| validates.is_in(condition))
    };
    let open: Vec<&Grant> =
        analysis.grants.iter().filter(|grant| is_for_some(grant) && !validated(grant)).collect();
    let findings = match open.as_slice() {
        [] => Vec::new(),
        [first, ..] => {
            let message = match open.len() {
                1 => format!("documents at {} are written without a look at their content", first.shown()),
                many => format!(
                    "documents at {} and {} other paths are written without a look at their content",
                    first.shown(),
                    many - 1
                ),
            };
            vec![
                Finding::new(message)
                    .places(open.iter().take(20).map(|grant| place(rules, context, grant.span)))
                    .fix("Restrict the keys, types and sizes of request.resource.data."),
            ]
        }
    };
    conclude(analysis, Principal::Stranger, &WRITES, findings)
}

/// Does it let some callers write, and not simply everyone, which is another fault?
fn is_for_some(grant: &Grant) -> bool {
    let is_open = |access: Option<Access>| access.is_some_and(Access::is_at_will);
    let speaks = WRITES.iter().any(|method| grant.access(Principal::Stranger, *method).is_some());
    let at_will = WRITES.iter().any(|method| is_open(grant.access(Principal::Stranger, *method)));
    grant.service == "cloud.firestore" && grant.conditional && speaks && !at_will && !is_dead(grant)
}

/// `if false` grants nothing to anyone, nor does what matches nothing; what ends on a date is another
/// fault.
fn is_dead(grant: &Grant) -> bool {
    grant.constant == Some(false) || is_timed(grant) || reason(grant).is_some()
}

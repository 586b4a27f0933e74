//! Documents that strangers cannot read have subcollections that they can.
//!
//! Rules do not cascade: a closed `/users/{id}` says nothing about `/users/{id}/posts/{post}`. What
//! is public by its name at the top of the database rarely is so below someone's own document.
//!
//! ## Fix
//!
//! Ask below for what is asked above:
//! ```text
//! match /users/{userId}/posts/{postId} {
//!   allow read: if request.auth != null && request.auth.uid == userId;
//! }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-structure#hierarchical_data>

use super::{Exposure, conclude, exposures, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        Analysis,
        access::Principal,
        ast::Segment,
        collection::{Content, content},
        prove::{Answer, Caller, answer_at},
        request::Method,
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/subcollection-open",
    title: "a subcollection is more open than its parent",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("subcollection_open.rs"),
};

const READS: [Method; 2] = [Method::Get, Method::List];

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let mut findings = Vec::new();
    for principal in Principal::ALL {
        for exposure in exposures(analysis, principal, &READS) {
            // Others are reported as open, wherever they are.
            if exposure.content == Content::Public && has_closed_parent(analysis, &exposure, principal) {
                findings.push(finding(&exposure, rules, context, principal));
            }
        }
    }
    conclude(analysis, Principal::Stranger, &READS, findings)
}

fn has_closed_parent(analysis: &Analysis, exposure: &Exposure<'_>, principal: Principal) -> bool {
    let pattern = &exposure.grants[0].pattern;
    let Some(parent) = pattern.len().checked_sub(2).map(|length| &pattern[..length]) else { return false };
    let own = matches!(content(parent), Content::People | Content::Private);
    let declared = analysis.grants.iter().any(|grant| grant.pattern == parent);
    let caller = match principal {
        Principal::Anonymous => Caller::Anonymous,
        Principal::Stranger => Caller::Stranger,
    };
    let closed = || answer_at(analysis, parent, caller, Method::Get) == Answer::Never;
    matches!(parent.last(), Some(Segment::Capture(_))) && own && declared && closed()
}

fn finding(
    exposure: &Exposure<'_>,
    rules: &FirestoreRules,
    context: &Context<'_>,
    principal: Principal,
) -> Finding {
    let who = if principal == Principal::Anonymous { "anyone" } else { "any signed-in user" };
    let message = format!(
        "{who} can {} {}, below documents that they cannot read",
        exposure.operations(),
        exposure.things()
    );
    let finding = Finding::new(message).fix("Ask of the subcollection what its parent asks.");
    exposure.finish(finding, rules, context, principal)
}

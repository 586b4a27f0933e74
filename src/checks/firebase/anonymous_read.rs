//! Anyone on the internet can read documents or files.
//!
//! The project's API key and id are in every client, so a rule that does not look at
//! `request.auth` opens the collection to the world: no account is needed, and with `list` the
//! whole collection can be copied in one query. Collections that are public by their name
//! (posts, products, …) are not reported.
//!
//! ## Fix
//!
//! Grant reading to those who may see the document, for example its owner:
//! ```text
//! match /users/{userId} {
//!   allow read: if request.auth != null && request.auth.uid == userId;
//! }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/insecure-rules>
//! - <https://firebase.google.com/docs/firestore/security/rules-conditions>

use super::{Exposure, conclude, exposures, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Principal, collection::Content, request::Method},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/anonymous-read",
    title: "anyone can read without signing in",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("anonymous_read.rs"),
};

const READS: [Method; 2] = [Method::Get, Method::List];

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let exposed = exposures(analysis, Principal::Anonymous, &READS);
    let findings = exposed
        .iter()
        .filter(|exposure| exposure.content != Content::Public)
        .map(|exposure| finding(exposure, rules, context))
        .collect();
    conclude(analysis, Principal::Anonymous, &READS, findings)
}

fn finding(exposure: &Exposure<'_>, rules: &FirestoreRules, context: &Context<'_>) -> Finding {
    let message = format!("anyone can {} {} without signing in", exposure.operations(), exposure.things());
    let list = exposure.methods.contains(&Method::List);
    let (severity, confidence) = match exposure.content {
        _ if exposure.everything => (Severity::Critical, Confidence::High),
        Content::Private | Content::People if list => (Severity::Critical, Confidence::High),
        Content::Private | Content::People => (Severity::High, Confidence::High),
        Content::Unknown | Content::Public => (Severity::Medium, Confidence::Medium),
    };
    let finding = Finding::new(message)
        .severity(severity)
        .confidence(confidence)
        .fix("Require request.auth and compare it with the owner or a membership of the document.");
    exposure.finish(finding, rules, context, Principal::Anonymous)
}

//! Anyone with an account can read everyone's documents.
//!
//! `request.auth != null` asks for an account, not for a particular one. Whoever can sign up
//! (and with the anonymous provider that is one call) can read the data of all other users.
//! Collections that are public by their name are not reported.
//!
//! ## Fix
//!
//! Compare the caller with the document's owner or members:
//! ```text
//! allow read: if request.auth != null && resource.data.owner == request.auth.uid;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/insecure-rules#access_for_any_authenticated_user>

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
    id: "firebase/any-account-read",
    title: "any account can read everyone's documents",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("any_account_read.rs"),
};

const READS: [Method; 2] = [Method::Get, Method::List];

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let exposed = exposures(analysis, Principal::Stranger, &READS);
    let findings = exposed
        .iter()
        .filter(|exposure| exposure.content != Content::Public)
        .map(|exposure| finding(exposure, rules, context))
        .collect();
    conclude(analysis, Principal::Stranger, &READS, findings)
}

fn finding(exposure: &Exposure<'_>, rules: &FirestoreRules, context: &Context<'_>) -> Finding {
    let message = format!("any signed-in user can {} {}", exposure.operations(), exposure.of_others());
    let (severity, confidence) = match exposure.content {
        _ if exposure.everything => (Severity::High, Confidence::High),
        Content::Private => (Severity::High, Confidence::Medium),
        // Profiles are often shown to other users; their lists are still worth a look.
        Content::People => (Severity::Medium, Confidence::Medium),
        Content::Unknown | Content::Public => (Severity::Low, Confidence::Medium),
    };
    let finding = Finding::new(message)
        .severity(severity)
        .confidence(confidence)
        .fix("Compare request.auth.uid with the document's owner or members.");
    exposure.finish(finding, rules, context, Principal::Stranger)
}

//! Anyone with an account can change or delete other people's documents.
//!
//! `request.auth != null` asks for an account, not for a particular one. Whoever can sign up can
//! overwrite or erase everyone's data.
//!
//! ## Fix
//!
//! Compare the caller with the owner that is stored, not with the one that is sent:
//! ```text
//! allow create: if request.auth != null && request.resource.data.owner == request.auth.uid;
//! allow update, delete: if request.auth != null && resource.data.owner == request.auth.uid;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/insecure-rules#access_for_any_authenticated_user>

use super::{Exposure, conclude, exposures, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::{Access, Principal},
        collection::Content,
        request::Method,
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/any-account-write",
    title: "any account can write other people's documents",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("any_account_write.rs"),
};

const WRITES: [Method; 3] = [Method::Create, Method::Update, Method::Delete];

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let exposed = exposures(analysis, Principal::Stranger, &WRITES);
    let findings = exposed
        .iter()
        .filter(|exposure| exposure.methods != [Method::Create] || creates_in_another_name(exposure))
        .map(|exposure| finding(exposure, rules, context))
        .collect();
    conclude(analysis, Principal::Stranger, &WRITES, findings)
}

/// Creating after a look at what is sent is how ownership begins; without any look it is not.
fn creates_in_another_name(exposure: &Exposure<'_>) -> bool {
    let always = Some(Access::Always);
    exposure.grants.iter().any(|grant| grant.access(Principal::Stranger, Method::Create) == always)
}

fn finding(exposure: &Exposure<'_>, rules: &FirestoreRules, context: &Context<'_>) -> Finding {
    let (message, severity) = if let Some(fields) = exposure.limited(rules.analysis(), Principal::Stranger) {
        // Counters and reactions are meant so; a name or a price is not.
        let message =
            format!("any signed-in user can update {} of {}", fields.join(", "), exposure.of_others());
        (message, Severity::Low)
    } else if exposure.methods == [Method::Create] {
        let personal = matches!(exposure.content, Content::People | Content::Private);
        (
            format!("any signed-in user can create {} in anyone's name", exposure.things()),
            if personal { Severity::Medium } else { Severity::Low },
        )
    } else {
        let message = format!("any signed-in user can {} {}", exposure.operations(), exposure.of_others());
        (message, if exposure.everything { Severity::Critical } else { Severity::High })
    };
    let finding = Finding::new(message)
        .severity(severity)
        .fix("Compare request.auth.uid with the owner that is stored in the document.");
    exposure.finish(finding, rules, context, Principal::Stranger)
}

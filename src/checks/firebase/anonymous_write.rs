//! Anyone on the internet can write documents or files.
//!
//! Without an account anyone can create, change or delete what the rule covers: deface the
//! product, erase its data, or fill the database at your expense. A rule that only looks at what
//! is sent (`request.resource`) does not help: the sender chooses it.
//!
//! ## Fix
//!
//! Require an account, and that the document belongs to it:
//! ```text
//! allow create: if request.auth != null && request.resource.data.owner == request.auth.uid;
//! allow update, delete: if request.auth != null && resource.data.owner == request.auth.uid;
//! ```
//! Where the public must be able to send something (a contact form), allow `create` alone,
//! restrict its fields and sizes, and turn on App Check.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/insecure-rules>
//! - <https://firebase.google.com/docs/app-check>

use std::fmt::Write as _;

use super::{Exposure, conclude, exposures, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::{Access, Principal},
        request::Method,
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/anonymous-write",
    title: "anyone can write without signing in",
    station: Station::Firebase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("anonymous_write.rs"),
};

const WRITES: [Method; 3] = [Method::Create, Method::Update, Method::Delete];

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let exposed = exposures(analysis, Principal::Anonymous, &WRITES);
    let findings = exposed.iter().map(|exposure| finding(exposure, rules, context)).collect();
    conclude(analysis, Principal::Anonymous, &WRITES, findings)
}

fn finding(exposure: &Exposure<'_>, rules: &FirestoreRules, context: &Context<'_>) -> Finding {
    let limited = exposure.limited(rules.analysis(), Principal::Anonymous);
    let mut message =
        format!("anyone can {} {} without signing in", exposure.operations(), exposure.things());
    if let Some(fields) = &limited {
        let _ = write!(message, ", in {}", fields.join(", "));
    }
    let in_state = exposure.in_state(Principal::Anonymous);
    let (severity, confidence) = if in_state == exposure.methods {
        message.push_str(", while they are in a state that the condition names");
        (Severity::High, Confidence::Medium)
    } else if let [first, others @ ..] = in_state.as_slice()
        && exposure.methods.iter().all(|method| *method == Method::Create || in_state.contains(method))
    {
        let more = if others.is_empty() { "" } else { " and more" };
        let _ =
            write!(message, ", {}{more} while they are in a state that the condition names", first.name());
        (Severity::High, Confidence::Medium)
    } else if limited.is_some() {
        (Severity::High, Confidence::Medium)
    } else if exposure.methods == [Method::Create] {
        (if is_unconditional(exposure) { Severity::High } else { Severity::Medium }, Confidence::Medium)
    } else {
        (Severity::Critical, Confidence::High)
    };
    let finding = Finding::new(message)
        .severity(severity)
        .confidence(confidence)
        .fix("Require request.auth and that the document belongs to that account.");
    exposure.finish(finding, rules, context, Principal::Anonymous)
}

/// A form that checks what is sent is at least meant to be public.
fn is_unconditional(exposure: &Exposure<'_>) -> bool {
    let always = Some(Access::Always);
    exposure.grants.iter().any(|grant| grant.access(Principal::Anonymous, Method::Create) == always)
}

//! A rule trusts a document that its subject can write.
//!
//! The condition reads another document with `get` or `exists` to decide what the caller may do, and
//! another rule lets the caller write just that document. Two requests then open what the first rule
//! protects: one makes the document say what it must, the next uses it.
//!
//! ## Fix
//!
//! Let only the server write what grants access:
//! ```text
//! match /roles/{userId} { allow read: if request.auth.uid == userId; allow write: if false; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-conditions#access_other_documents>

use super::{Survey, place, remedy, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        Analysis,
        prove::Proof,
        request::{Fields, Method},
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/trusted-document-writable",
    title: "a document that grants access is written by those it is about",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("trusted_document_writable.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let mut survey = Survey::new(analysis);
    let mut findings: Vec<Finding> = Vec::new();
    let mut told: Vec<String> = Vec::new();
    for (grant, ground) in survey.grounds() {
        for method in Method::ALL {
            if survey.is_open(grant, method) || !survey.is_about_others(&ground, method) {
                continue;
            }
            let Some((first, second, needed)) = survey.two_steps(&ground, method) else { continue };
            let key = first.document.clone();
            if told.contains(&key) {
                continue;
            }
            let message = format!(
                "any signed-in user can write {key} such that the rules then let them {} documents at {}",
                method.name(),
                grant.shown()
            );
            told.push(key.clone());
            // A document that need only exist is often how one registers.
            let severity =
                if needed.is_empty() && !is_of_the_powerful(&key) { Severity::Low } else { Severity::High };
            let by = survey.granted(&first, grant);
            let names: Vec<&str> = needed.keys().map(String::as_str).collect();
            let listed = remedy::list(&names);
            let changed =
                format!("request.resource.data.diff(resource.data).affectedKeys().hasAny({listed})");
            let sent = format!("request.resource.data.keys().hasAny({listed})");
            let kept = [
                format!("!(resource == null ? {sent} : {changed})"),
                format!("(request.resource == null || !(resource == null ? {sent} : {changed}))"),
            ];
            let patch = if names.is_empty() {
                None
            } else {
                remedy::closing(rules, context, by, &ways(analysis, &first, &needed), &kept)
            };
            findings.push(
                patch.into_iter().fold(
                    Finding::new(message)
                        .severity(severity)
                        .at(place(
                            rules,
                            context,
                            second.granted_by(&analysis.compiled).unwrap_or(grant.span),
                        ))
                        .key(key)
                        .root(super::ESCALATION)
                        .evidence("first request", first.command())
                        .evidence("first command", first.curl())
                        .evidence("second request", second.command())
                        .evidence("second command", second.curl())
                        .fix("Let only the server write the document that the condition reads."),
                    Finding::patch,
                ),
            );
        }
    }
    survey.conclude(findings)
}

/// The write, and the same as the other kind of write where the rules allow that too: a patch that closes
/// one of them alone closes nothing.
fn ways(analysis: &Analysis, first: &Proof, needed: &Fields) -> Vec<Proof> {
    let mut other = first.clone();
    if first.method == Method::Create {
        let mut before = first.sent.clone().unwrap_or_default();
        before.retain(|field, _| !needed.contains_key(field));
        (other.method, other.stored) = (Method::Update, Some(before));
    } else {
        (other.method, other.stored) = (Method::Create, None);
    }
    let also = other.holds(&analysis.compiled).then_some(other);
    std::iter::once(first.clone()).chain(also).collect()
}

/// Is the document's collection one in which nobody but administrators should find himself?
fn is_of_the_powerful(document: &str) -> bool {
    const GROUPS: [&str; 6] = ["admin", "superuser", "moderator", "staff", "owner", "manager"];
    let collection = document.rsplit('/').nth(1).unwrap_or_default().to_lowercase();
    GROUPS.iter().any(|group| collection.contains(group))
}

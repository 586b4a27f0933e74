//! `allow create` lets any account replace a file that is there.
//!
//! In Storage an upload is a create even where a file of that name exists. A folder where anyone with an
//! account may create, and nobody may update or delete, still lets them replace everyone's files.
//!
//! ## Fix
//!
//! Require that there is nothing yet, or that the folder is the caller's own:
//! ```text
//! allow create: if request.auth != null && resource == null;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/core-syntax#granular_operations>

use super::storage::{of_owner, things, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Principal, prove::Caller, request::Method, storage::Wish},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-overwrite",
    title: "an upload may replace other people's files",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_overwrite.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let wish = |method| Wish { over: true, ..Wish::new(Caller::Stranger, method) };
    let exposed = files.exposed(&[wish(Method::Create)]);
    let findings = exposed
        .iter()
        .filter(|exposed| {
            let other =
                [Method::Update, Method::Delete].map(|method| files.find(exposed.grant, wish(method)));
            other.iter().all(Option::is_none)
        })
        .map(|exposed| {
            let what = format!(
                "any signed-in user can replace {} by an upload of the same name",
                things(exposed.grant)
            );
            let mut closing = of_owner(exposed.grant, false);
            closing.push("resource == null".to_owned());
            let patch = files.patch(exposed, &closing, context);
            let finding = files
                .finding(what, exposed.grant, &exposed.witnesses[0], context)
                .fix("Add resource == null to the condition, or put the caller's id into the path.");
            patch.into_iter().fold(finding, Finding::patch)
        })
        .collect();
    files.conclude(&[Principal::Stranger], &[Method::Create], findings)
}

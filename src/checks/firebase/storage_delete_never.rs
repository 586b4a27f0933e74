//! `write` is granted under a condition that every delete fails.
//!
//! `write` is create, update and delete together, and a delete sends nothing: `request.resource` is null, and
//! reading its size is an error, which denies. Users cannot remove what they uploaded, and the request of a
//! person to have their data erased fails.
//!
//! ## Fix
//!
//! Grant delete apart from what looks at the sent file:
//! ```text
//! allow create, update: if request.auth.uid == userId && request.resource.size < 5 * 1024 * 1024;
//! allow delete: if request.auth.uid == userId;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/core-syntax#granular_operations>

use super::storage::{WRITES, mentions, things, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::Principal,
        prove::Caller,
        request::Method,
        storage::{SERVICE, Wish},
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-delete-never",
    title: "files can be uploaded but never deleted",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_delete_never.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let mut findings: Vec<Finding> = Vec::new();
    let grants = files.analysis.grants.iter().filter(|grant| grant.service == SERVICE && grant.rooted);
    for grant in grants.filter(|grant| grant.methods.iter().any(|word| word == "write")) {
        let may = |caller, method| {
            files.find(grant, Wish { over: true, documents: true, ..Wish::new(caller, method) })
        };
        let Some(upload) = may(Caller::Owner, Method::Create).or_else(|| may(Caller::Admin, Method::Create))
        else {
            continue;
        };
        let deleted =
            [Caller::Owner, Caller::Admin].iter().any(|caller| may(*caller, Method::Delete).is_some());
        if deleted
            || !mentions(&files, grant, "resource")
            || findings.iter().any(|known| known.key == grant.shown())
        {
            continue;
        }
        let what = format!(
            "{} can be uploaded but never deleted: allow write reads request.resource, which is null then",
            things(grant)
        );
        let mut finding = files.finding(what, grant, &upload, context);
        finding.evidence.clear();
        findings
            .push(finding.fix("Grant delete in a statement of its own that does not read request.resource."));
    }
    files.conclude(&Principal::ALL, &WRITES, findings)
}

//! A file of any size can be uploaded.
//!
//! Storage and traffic are billed by the byte. One account that uploads terabytes, or one file that a
//! thousand clients load, is a bill that nobody expected.
//!
//! ## Fix
//!
//! Limit the size of what is sent; a delete sends nothing, so grant it apart:
//! ```text
//! allow create, update: if request.auth.uid == userId && request.resource.size < 5 * 1024 * 1024;
//! allow delete: if request.auth.uid == userId;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/rules-conditions>

use super::{
    storage::{Exposed, SENDS, things, understood},
    test_mode::is_timed,
};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Principal, prove::Caller, request::Method, storage::Wish},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-size-unlimited",
    title: "uploads are not limited in size",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_size_unlimited.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    // 1 TiB: no client means to send that.
    let wish = Wish { size: Some(1 << 40), ..Wish::new(Caller::Owner, Method::Create) };
    let mut findings: Vec<Finding> = Vec::new();
    for pattern in files.prover.patterns() {
        let Some(witness) = files.find(pattern, wish) else { continue };
        let grant = files.granted(&witness, pattern);
        // What is open until a date is reported as that.
        if is_timed(grant) || findings.iter().any(|finding| finding.key == grant.shown()) {
            continue;
        }
        let what = format!("{} may be of any size", things(grant));
        let exposed = Exposed { grant, witnesses: vec![witness.clone()] };
        let small = ["request.resource.size < 10 * 1024 * 1024".to_owned()];
        let guarded = ["(request.resource == null || request.resource.size < 10 * 1024 * 1024)".to_owned()];
        let deletes = grant.speaks_of(Method::Delete);
        let patch = files.patch(&exposed, if deletes { &guarded } else { &small }, context);
        let finding = files
            .finding(what, grant, &witness, context)
            .fix("Require request.resource.size to be below what the product needs.");
        findings.push(patch.into_iter().fold(finding, Finding::patch));
    }
    files.conclude(&Principal::ALL, &SENDS, findings)
}

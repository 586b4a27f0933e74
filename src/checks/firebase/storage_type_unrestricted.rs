//! A file of any type can be uploaded, web pages too.
//!
//! Storage serves a file with the type that the uploader declared. A web page or a program under the
//! address of your bucket is what phishing and malware look for; clients that show "images" get
//! something else.
//!
//! ## Fix
//!
//! Name the types that the product takes:
//! ```text
//! allow create, update: if request.auth.uid == userId
//!   && request.resource.contentType.matches('image/(png|jpeg|webp)');
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/rules-conditions>

use super::{
    storage::{SENDS, mentions, things, understood},
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
    id: "firebase/storage-type-unrestricted",
    title: "uploads may be of any type",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_type_unrestricted.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let wish = Wish { content_type: Some("text/html"), ..Wish::new(Caller::Owner, Method::Create) };
    let mut findings: Vec<Finding> = Vec::new();
    for pattern in files.prover.patterns() {
        let Some(witness) = files.find(pattern, wish) else { continue };
        let grant = files.granted(&witness, pattern);
        let known = findings.iter().any(|finding| finding.key == grant.shown());
        // What is open until a date is reported as that.
        if known || is_timed(grant) || mentions(&files, grant, "contentType") {
            continue;
        }
        let what = format!("{} may be of any type, text/html too", things(grant));
        findings.push(
            files
                .finding(what, grant, &witness, context)
                .fix("Require request.resource.contentType to be one of the types that the product takes."),
        );
    }
    files.conclude(&Principal::ALL, &SENDS, findings)
}

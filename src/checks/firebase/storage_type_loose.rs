//! The condition looks at the content type, and yet types that a browser runs come through.
//!
//! `matches` compares the whole text, so `.*image.*` also takes `text/html;image`, and `image/.*` takes
//! `image/svg+xml`, which may hold scripts. The type is what the uploader declares, not what the file is:
//! only a list of exact types keeps the browser from running it.
//!
//! ## Fix
//!
//! List the types:
//! ```text
//! request.resource.contentType in ['image/png', 'image/jpeg', 'image/webp']
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/rules-conditions>

use super::storage::{SENDS, mentions, things, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Principal, prove::Caller, request::Method, storage::Wish},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-type-loose",
    title: "the check of the content type lets web pages through",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_type_loose.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let mut findings: Vec<Finding> = Vec::new();
    for pattern in files.prover.patterns() {
        for kind in RUNS {
            let wish = Wish { content_type: Some(kind), ..Wish::new(Caller::Owner, Method::Create) };
            let Some(witness) = files.find(pattern, wish) else { continue };
            let grant = files.granted(&witness, pattern);
            let known = findings.iter().any(|finding| finding.key == grant.shown());
            if known || !mentions(&files, grant, "contentType") {
                continue;
            }
            let what = format!("the type check of {} takes {kind}, which a browser runs", things(grant));
            // Pictures are the documented example, and scripts in them run outside the product's own site.
            let severity = if kind == "image/svg+xml" { Severity::Low } else { Severity::Medium };
            let finding = files.finding(what, grant, &witness, context).severity(severity);
            findings.push(finding.fix("Compare contentType with a list of exact types."));
        }
    }
    files.conclude(&Principal::ALL, &SENDS, findings)
}

/// Types that a browser runs scripts of, the worst first.
const RUNS: [&str; 6] = [
    "text/html",
    "text/html;image/png",
    "text/html;video/mp4",
    "text/html;application/pdf",
    "application/xhtml+xml",
    "image/svg+xml",
];

//! `allow read` lets everyone list a folder whose files are only meant to be shown one by one.
//!
//! `read` is get and list together. Whoever may list a folder learns the name of every file in it and can
//! copy all of them; a name that is hard to guess protects nothing then.
//!
//! ## Fix
//!
//! Grant get alone where files are shown by their address:
//! ```text
//! match /images/{file} { allow get: if true; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/rules-conditions>

use super::storage::{content, things, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::Principal, collection::Content, prove::Caller, request::Method, storage::Wish,
    },
    finding::{Confidence, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-list-exposed",
    title: "everyone can list a public folder",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_list_exposed.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let exposed = files.exposed(&[Wish::new(Caller::Anonymous, Method::List)]);
    let findings = exposed
        .iter()
        .filter(|exposed| content(exposed.grant) == Content::Public)
        .filter(|exposed| exposed.grant.methods.iter().any(|word| word == "read"))
        .map(|exposed| {
            let grant = exposed.grant;
            let what = format!("anyone can list {}: allow read grants list too", things(grant));
            files
                .finding(what, grant, &exposed.witnesses[0], context)
                .fix("Replace read by get where nobody needs to list the folder.")
        })
        .collect();
    files.conclude(&[Principal::Anonymous], &[Method::List], findings)
}

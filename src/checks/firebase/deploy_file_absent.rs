//! `firebase.json` names a file of rules or indexes that is not there.
//!
//! `firebase deploy` stops at it, so no change of any rules goes out and the old ones stay in force, whatever
//! the repository says.
//!
//! ## Fix
//!
//! Name the file where it is, or take the section out:
//! ```json
//! { "firestore": { "rules": "firestore.rules" } }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/cli#the_firebasejson_file>

use super::deployed;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/deploy-file-absent",
    title: "firebase.json names a file that is not there",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("deploy_file_absent.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let config = match deployed::alone(rules.firebase.as_ref(), context) {
        Ok(config) => config,
        Err(verdict) => return verdict,
    };
    let finding = |file: &String| {
        Finding::new(format!("{} names {file}, which is not in the repository", config.path))
            .at(Place::file(config.path.clone(), 1))
            .key(file.clone())
            .fix("Name the file where it is, or take the section out of firebase.json.")
    };
    Verdict::from_findings(config.absent.iter().map(finding).collect())
}

//! `firebase.json` does not name this rules file.
//!
//! `firebase deploy` uploads the files that `firebase.json` names. A rules file that it does not
//! name protects nothing, however strict it is; what is deployed is another file or an older one.
//!
//! ## Fix
//!
//! Name the file, or delete it:
//! ```json
//! { "firestore": { "rules": "firestore.rules" }, "storage": { "rules": "storage.rules" } }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/cli#the_firebasejson_file>

use super::deployed;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/rules-not-deployed",
    title: "firebase.json does not name the rules file",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("rules_not_deployed.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    deployed::judge(rules.firebase.as_ref(), "firestore.rules or storage.rules", context)
}

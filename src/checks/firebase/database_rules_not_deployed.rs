//! `firebase.json` does not name this rules file of the Realtime Database.
//!
//! `firebase deploy` uploads the files that `firebase.json` names. A rules file that it does not
//! name protects nothing, however strict it is; what is deployed is another file or an older one.
//!
//! ## Fix
//!
//! Name the file, or delete it:
//! ```json
//! { "database": { "rules": "database.rules.json" } }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/cli#the_firebasejson_file>

use super::deployed;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-rules-not-deployed",
    title: "firebase.json does not name the database's rules file",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Realtime(judge),
    source: include_str!("database_rules_not_deployed.rs"),
};

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    deployed::judge(rules.firebase.as_ref(), "database.rules", context)
}

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

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
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
    let Some(config) = &rules.firebase else {
        return Verdict::not_applicable("the repository has no firebase.json");
    };
    if let Some(miss) = &config.missed {
        return Verdict::inconclusive(miss.clone());
    }
    if config.rules.iter().any(|path| path == context.subject) {
        return Verdict::Pass;
    }
    let named = match config.rules.as_slice() {
        [] => "no rules file".to_owned(),
        files => files.join(", "),
    };
    Verdict::fail(
        Finding::new(format!("{} names {named}, so {} is not deployed", config.path, context.subject))
            .at(Place::file(context.subject, 1))
            .at(Place::file(config.path.clone(), 1))
            .evidence("rules in firebase.json", named)
            .fix("Name the file under database.rules in firebase.json, or delete it."),
    )
}

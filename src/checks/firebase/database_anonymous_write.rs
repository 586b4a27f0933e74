//! Anyone on the internet can write to the Realtime Database.
//!
//! Whoever knows the address can delete or replace everything below such a rule, fill the database at
//! your cost, or plant data that your clients trust.
//!
//! ## Fix
//!
//! Grant writing to the owner of the data, and check what is written:
//! ```text
//! "$uid": { ".write": "auth != null && auth.uid === $uid", ".validate": "newData.hasChildren(['name'])" }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/core-syntax>

use super::database::{self, Opening};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Task},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-anonymous-write",
    title: "anyone can write to the Realtime Database",
    station: Station::Firebase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_anonymous_write.rs"),
};

const OPENING: Opening = Opening {
    caller: Caller::Anonymous,
    who: "anyone",
    tasks: &[Task::Write, Task::Delete],
    but_public: false,
    finish,
};

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    database::judge(&OPENING, rules, context)
}

/// Even where everything is meant to be read, writing is no less than high.
fn finish(exposure: Finding) -> Finding {
    let severity = exposure.severity.unwrap_or(Severity::High).max(Severity::High);
    exposure
        .severity(severity)
        .confidence(Confidence::High)
        .fix("Require auth, compare auth.uid with the owner's key in the path, and add .validate.")
}

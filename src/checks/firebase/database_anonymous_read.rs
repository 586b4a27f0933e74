//! Anyone on the internet can read data of the Realtime Database.
//!
//! The address of the database is in every client, and its REST interface needs no client at all:
//! `.read: true` gives everything below it to whoever asks. A rule further down cannot take it back.
//!
//! ## Fix
//!
//! Grant reading where the data belongs to somebody, not above it:
//! ```text
//! "users": { "$uid": { ".read": "auth != null && auth.uid === $uid" } }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/core-syntax>

use super::database::{conclude, content, exposed, exposure, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        firestore::collection::Content,
        realtime::{Caller, Task},
    },
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-anonymous-read",
    title: "anyone can read the Realtime Database",
    station: Station::Firebase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_anonymous_read.rs"),
};

const TASKS: [Task; 1] = [Task::Read];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let survey = match understood(rules, context) {
        Ok((_, survey)) => survey,
        Err(verdict) => return verdict,
    };
    let findings = exposed(survey, Caller::Anonymous, &TASKS)
        .into_iter()
        .filter(|(grant, _)| grant.path.is_empty() || content(grant) != Content::Public)
        .map(|found| finding(exposure(found, "anyone", rules, context)))
        .collect();
    conclude(survey, Caller::Anonymous, &TASKS, findings)
}

fn finding(exposure: Finding) -> Finding {
    exposure
        .fix("Require auth and compare auth.uid with the owner's key in the path, at the node of the owner.")
}

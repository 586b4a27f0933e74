//! Any signed-in user can read other people's data in the Realtime Database.
//!
//! `auth != null` asks for an account, not for the right one: whoever signs up, or uses anonymous
//! sign-in, reads what belongs to everybody else. A rule further down cannot take it back.
//!
//! ## Fix
//!
//! Compare the account with the owner's key, at the node of the owner:
//! ```text
//! "orders": { "$uid": { ".read": "auth != null && auth.uid === $uid" } }
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
    id: "firebase/database-any-account-read",
    title: "any account can read the Realtime Database",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_any_account_read.rs"),
};

const TASKS: [Task; 1] = [Task::Read];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let survey = match understood(rules, context) {
        Ok((_, survey)) => survey,
        Err(verdict) => return verdict,
    };
    let findings = exposed(survey, Caller::Stranger, &TASKS)
        .into_iter()
        .filter(|(grant, _)| grant.path.is_empty() || content(grant) != Content::Public)
        .map(|found| finding(exposure(found, "any signed-in user", rules, context)))
        .collect();
    conclude(survey, Caller::Stranger, &TASKS, findings)
}

/// An account is a small hurdle, but it is one.
fn finding(exposure: Finding) -> Finding {
    let severity = exposure.severity.unwrap_or(Severity::High).min(Severity::High);
    exposure
        .severity(severity)
        .fix("Compare auth.uid with the owner's key in the path, at the node of the owner.")
}

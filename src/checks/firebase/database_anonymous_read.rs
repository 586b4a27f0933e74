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
    id: "firebase/database-anonymous-read",
    title: "anyone can read the Realtime Database",
    station: Station::Firebase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_anonymous_read.rs"),
};

const OPENING: Opening =
    Opening { caller: Caller::Anonymous, who: "anyone", tasks: &[Task::Read], but_public: true, finish };

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    database::judge(&OPENING, rules, context)
}

fn finish(exposure: Finding) -> Finding {
    exposure
        .fix("Require auth and compare auth.uid with the owner's key in the path, at the node of the owner.")
}

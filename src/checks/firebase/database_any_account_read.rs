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

use super::database::{self, Opening, with_account};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Task},
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

const OPENING: Opening = Opening {
    caller: Caller::Stranger,
    who: "any signed-in user",
    tasks: &[Task::Read],
    but_public: true,
    finish,
};

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    database::judge(&OPENING, rules, context)
}

fn finish(exposure: Finding) -> Finding {
    with_account(exposure, "Compare auth.uid with the owner's key in the path, at the node of the owner.")
}

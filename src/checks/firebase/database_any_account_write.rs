//! Any signed-in user can write other people's data in the Realtime Database.
//!
//! A rule that asks for an account only, or that looks at what is sent (`newData`) and not at what is
//! there (`data`), lets every account replace or delete what belongs to others.
//!
//! ## Fix
//!
//! Compare the account with the owner's key, or with the owner in the data that is there:
//! ```text
//! ".write": "auth != null && (!data.exists() || data.child('owner').val() === auth.uid)"
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
    id: "firebase/database-any-account-write",
    title: "any account can write other people's data",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_any_account_write.rs"),
};

const OPENING: Opening = Opening {
    caller: Caller::Stranger,
    who: "any signed-in user",
    tasks: &[Task::Write, Task::Delete],
    but_public: false,
    finish,
};

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    database::judge(&OPENING, rules, context)
}

fn finish(exposure: Finding) -> Finding {
    let fix = "Compare auth.uid with the owner's key in the path, or with the owner in data (not newData).";
    with_account(exposure, fix)
}

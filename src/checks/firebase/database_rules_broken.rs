//! The Realtime Database rules cannot be deployed.
//!
//! A file that is no valid JSON, or that names a kind of rule, a variable or a method that does not
//! exist, is refused when it is deployed. The database then keeps the rules that it had, which may be
//! those of test mode.
//!
//! ## Fix
//!
//! Correct the line that is named, and let `firebase deploy --only database` run in CI.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/core-syntax>

use super::database::{line_of, place};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-rules-broken",
    title: "Realtime Database rules that cannot be deployed",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_rules_broken.rs"),
};

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, _) = rules.analysis(context.now);
    let Some(first) = ruleset.problems.first() else { return Verdict::Pass };
    let line = line_of(&rules.text, first.span);
    let more = match ruleset.problems.len() {
        1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    Verdict::fail(
        Finding::new(format!("the rules cannot be deployed: line {line}: {}{more}", first.message))
            .places(ruleset.problems.iter().take(10).map(|problem| place(rules, context, problem.span)))
            .fix("Correct the line; until then the database keeps whatever rules it has."),
    )
}

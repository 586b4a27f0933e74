//! Users can write to the Realtime Database without any check of what they write.
//!
//! Without `.validate` a client may store any type, any size and any field: a name of 10 MB, a number
//! where a text is expected. Your own clients then fail on it, and you pay for it.
//!
//! ## Fix
//!
//! Describe what may be written, field by field:
//! ```text
//! "$uid": { ".validate": "newData.hasChildren(['name'])",
//!           "name": { ".validate": "newData.isString() && newData.val().length < 100" },
//!           "$other": { ".validate": false } }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/core-syntax>

use super::database::{conclude, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Grant, Node, Ruleset, Task},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-unvalidated",
    title: "writes without validation",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_unvalidated.rs"),
};

const TASKS: [Task; 1] = [Task::Write];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, survey) = match understood(rules, context) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let open: Vec<&Grant> = survey
        .grants
        .iter()
        .filter(|grant| {
            grant.reach(Caller::Owner, Task::Write).is_some_and(|reach| reach.witness().is_some())
        })
        .filter(|grant| !is_validated(ruleset, grant))
        .collect();
    let Some(first) = open.first() else {
        return conclude(survey, Caller::Owner, &TASKS, Vec::new());
    };
    let more = match open.len() {
        1 => String::new(),
        count => format!(" (and at {} more places)", count - 1),
    };
    Verdict::fail(
        Finding::new(format!("what users write at {}{more} is checked by no .validate", first.shown()))
            .places(open.iter().take(20).map(|grant| place(rules, context, grant.span)))
            .fix("Add .validate for type and size, and \"$other\": { \".validate\": false }."),
    )
}

/// At the node, above or below it; a condition about `newData` counts as well.
fn is_validated(ruleset: &Ruleset, grant: &Grant) -> bool {
    let mut found = false;
    ruleset.root.visit(&mut Vec::new(), &mut |nodes| {
        let names: Vec<_> = nodes.iter().skip(1).map(|node| &node.name).collect();
        let related = names.iter().zip(&grant.path).all(|(left, right)| *left == right);
        let Some(node) = nodes.last().filter(|_| related) else { return };
        found |= node.validate.is_some() || (names.len() == grant.path.len() && looks_at_what_is_sent(node));
    });
    found
}

fn looks_at_what_is_sent(node: &Node) -> bool {
    node.write.as_ref().is_some_and(|rule| rule.expr.mentions("newData"))
}

//! A field that must not change can be deleted and written anew.
//!
//! `.validate` is not asked when data is deleted. A rule such as `!data.exists() || newData.val() ===
//! data.val()` keeps a field from being changed, but who may delete the node may write it again with
//! another value.
//!
//! ## Fix
//!
//! Refuse the deletion in `.write`, which is asked for every request:
//! ```text
//! ".write": "auth.uid === $uid && newData.exists()"
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/core-syntax>

use super::database::{conclude, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Grant, Ruleset, Span, Task},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-immutable-deleted",
    title: "an immutable field can be deleted",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Realtime(judge),
    source: include_str!("database_immutable_deleted.rs"),
};

const TASKS: [Task; 1] = [Task::Delete];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, survey) = match understood(rules, context) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let finding = |grant: &Grant| {
        let reach = grant.reach(Caller::Owner, Task::Delete)?;
        let witness = reach.witness()?;
        let span = immutable(ruleset, grant)?;
        let message =
            format!("a field that must not change can be deleted with {} and written anew", grant.shown());
        Some(
            Finding::new(message)
                .at(place(rules, context, grant.span))
                .at(place(rules, context, span))
                .evidence("allowed request", witness.command())
                .key(grant.shown())
                .fix("Add newData.exists() to .write: .validate is not asked when data is deleted."),
        )
    };
    let findings = survey.grants.iter().filter_map(finding).collect();
    conclude(survey, Caller::Owner, &TASKS, findings)
}

/// A `.validate` at or below the node that holds new data against the old.
fn immutable(ruleset: &Ruleset, grant: &Grant) -> Option<Span> {
    let mut found = None;
    ruleset.root.visit(&mut Vec::new(), &mut |nodes| {
        let below = nodes.len() > grant.path.len()
            && nodes.iter().skip(1).zip(&grant.path).all(|(node, name)| node.name == *name);
        let rule = nodes.last().and_then(|node| node.validate.as_ref()).filter(|_| below);
        if let Some(rule) = rule.filter(|rule| rule.expr.mentions("data") && rule.expr.mentions("newData")) {
            found.get_or_insert(rule.span);
        }
    });
    found
}

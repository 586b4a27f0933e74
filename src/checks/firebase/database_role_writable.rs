//! Users can write the very data that gives them rights in the Realtime Database.
//!
//! A rule that asks the database whether the caller is an administrator or a member is as strong as
//! the rule that protects that entry. If callers may write it themselves, they take the right first and
//! use it then.
//!
//! ## Fix
//!
//! Let only the server write roles (the Admin SDK is not bound by rules), or use custom claims:
//! ```text
//! "roles": { ".write": false }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/core-syntax>

use super::database::{conclude, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Grant, Json, Reach, Ruleset, Survey, Task, Witness, data},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-role-writable",
    title: "callers can write their own rights",
    station: Station::Firebase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_role_writable.rs"),
};

const TASKS: [Task; 3] = [Task::Read, Task::Write, Task::Delete];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, survey) = match understood(rules, context) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let mut findings: Vec<Finding> = Vec::new();
    for (grant, task, first, then) in escalations(ruleset, survey) {
        let verb = match task {
            Task::Read => "read",
            Task::Write => "write",
            Task::Delete => "delete",
        };
        let message = format!(
            "any signed-in user can write the entry that lets it {verb} {}: first /{}, then it is allowed",
            grant.shown(),
            first.path.join("/"),
        );
        if findings.iter().any(|known| known.key == grant.shown()) {
            continue;
        }
        findings.push(
            Finding::new(message)
                .at(place(rules, context, grant.span))
                .evidence("first request", first.command())
                .evidence("then allowed", then.command())
                .key(grant.shown())
                .fix("Let only the server write roles and memberships, or use custom claims of the token."),
        );
    }
    conclude(survey, Caller::Stranger, &TASKS, findings)
}

/// What a rule needs in the database, written by the caller first; both steps pass the evaluator.
fn escalations<'a>(ruleset: &Ruleset, survey: &'a Survey) -> Vec<(&'a Grant, Task, Witness, Witness)> {
    let mut found = Vec::new();
    for grant in &survey.grants {
        for (caller, task, reach) in &grant.reaches {
            let Reach::InState(then) = reach else { continue };
            if *caller != Caller::Stranger {
                continue;
            }
            let first = leaf(then).and_then(|(path, value)| {
                let step =
                    Witness { path, task: Task::Write, value: Some(value), data: None, ..then.clone() };
                // What lies under the place itself is its data, not a right.
                let is_own = step.path.starts_with(&then.path);
                (!is_own && step.holds(ruleset)).then_some(step)
            });
            if let Some(first) = first {
                found.push((grant, *task, first, then.clone()));
            }
        }
    }
    found
}

/// The one entry that must be there, with its path.
fn leaf(witness: &Witness) -> Option<(Vec<String>, Json)> {
    let state: serde_json::Value = serde_json::from_str(&witness.state()?).ok()?;
    let mut path = Vec::new();
    let mut at = &state;
    while let serde_json::Value::Object(fields) = at {
        let mut entries = fields.iter();
        let (key, value) = entries.next()?;
        if entries.next().is_some() {
            return None;
        }
        path.push(key.clone());
        at = value;
    }
    Some((path, data(at)?))
}

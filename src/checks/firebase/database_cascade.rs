//! A rule of the Realtime Database is without effect, because a rule above it already grants more.
//!
//! `.read` and `.write` hold for a node and everything below it, and nothing below can take them back.
//! A stricter rule under an open one looks like protection and is none.
//!
//! ## Fix
//!
//! Move the open rule down to the nodes that are really open:
//! ```text
//! "rules": { "public": { ".read": true }, "users": { "$uid": { ".read": "auth.uid === $uid" } } }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/core-syntax>

use super::database::{OPEN, conclude, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Grant, Name, Reach, Ruleset, Survey, Task, Witness},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-cascade",
    title: "a stricter rule below an open one",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_cascade.rs"),
};

const TASKS: [Task; 3] = [Task::Read, Task::Write, Task::Delete];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, survey) = match understood(rules, context) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let finding = |(strict, open): (&Grant, &Grant)| {
        let (kind, strict_at, open_at) = (strict.kind.key(), strict.shown(), open.shown());
        let finding = Finding::new(format!(
            "{kind} at {strict_at} protects nothing: {kind} at {open_at} already grants it"
        ));
        let shown = witness(ruleset, strict, open);
        shown
            .into_iter()
            .fold(finding, |finding, witness| finding.evidence("allowed request", witness.command()))
            .at(place(rules, context, strict.span))
            .at(place(rules, context, open.span))
            .key(format!("{kind} {strict_at}"))
            .root(OPEN)
            .fix(format!("Remove {kind} at {open_at} and grant it at the nodes that are really open."))
    };
    let findings = pairs(survey).into_iter().map(finding).collect();
    conclude(survey, Caller::Stranger, &TASKS, findings)
}

/// What the open rule gives to somebody whom the strict one refuses, at the strict one's own place.
fn witness(ruleset: &Ruleset, strict: &Grant, open: &Grant) -> Option<Witness> {
    let somebody = |name: &Name| match name {
        Name::Root => None,
        Name::Fixed(name) => Some(name.clone()),
        Name::Capture(_) => Some("somebody".to_owned()),
    };
    let questions = [Caller::Anonymous, Caller::Stranger]
        .into_iter()
        .flat_map(|caller| TASKS.into_iter().map(move |task| (caller, task)));
    questions.filter(|(caller, task)| denies(strict, open, *caller, *task)).find_map(|(caller, task)| {
        let mut witness = open.reach(caller, task)?.witness()?.clone();
        witness.path.extend(strict.path[open.path.len()..].iter().filter_map(somebody));
        if task == Task::Write {
            let honest = strict.reach(Caller::Owner, task).and_then(Reach::witness);
            witness.value = honest.and_then(|honest| honest.value.clone()).or(witness.value);
        }
        witness.holds(ruleset).then_some(witness)
    })
}

/// Is it open above to somebody whom the rule itself does not let in?
fn denies(strict: &Grant, open: &Grant, caller: Caller, task: Task) -> bool {
    let is_open = |grant: &Grant| grant.reach(caller, task).is_some_and(Reach::is_always);
    is_open(open) && strict.reach(caller, task).is_some() && !is_open(strict)
}

/// A rule that denies somebody, and the nearest one above that does not.
fn pairs(survey: &Survey) -> Vec<(&Grant, &Grant)> {
    let overridden = |strict: &Grant, open: &Grant| {
        [Caller::Anonymous, Caller::Stranger]
            .into_iter()
            .any(|caller| TASKS.into_iter().any(|task| denies(strict, open, caller, task)))
    };
    let above = |strict: &Grant, open: &Grant| {
        open.kind == strict.kind && open.path.len() < strict.path.len() && strict.path.starts_with(&open.path)
    };
    let pair = |strict| {
        let mut outer = survey.grants.iter().rev();
        outer.find(|open| above(strict, open) && overridden(strict, open)).map(|open| (strict, open))
    };
    survey.grants.iter().filter_map(pair).collect()
}

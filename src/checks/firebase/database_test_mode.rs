//! The Realtime Database is open until a date.
//!
//! The rules that the console offers for a start grant everything while `now` is before a date. Until
//! then anyone reads and writes the whole database; afterwards nobody does, and the app stops working.
//!
//! ## Fix
//!
//! Replace the date with conditions about `auth`:
//! ```text
//! "users": { "$uid": { ".read": "auth.uid === $uid", ".write": "auth.uid === $uid" } }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/core-syntax>

use super::database::{OPEN, conclude, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Expr, Grant, Operator, Ruleset, Task},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-test-mode",
    title: "Realtime Database open until a date",
    station: Station::Firebase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_test_mode.rs"),
};

const TASKS: [Task; 3] = [Task::Read, Task::Write, Task::Delete];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, survey) = match understood(rules, context) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let finding = |grant: &Grant| {
        let (kind, shown) = (grant.kind.key(), grant.shown());
        let open = grant.reaches.iter().any(|(who, _, reach)| *who == Caller::Anonymous && reach.is_always());
        let finding = if open {
            Finding::new(format!("{kind} at {shown} is open to anyone until a date in the condition"))
                .root(OPEN)
        } else {
            Finding::new(format!("{kind} at {shown} was test mode and is over: it grants nothing today"))
                .severity(Severity::Medium)
        };
        finding
            .at(place(rules, context, grant.span))
            .key(format!("{kind} {shown}"))
            .fix("Replace the date with conditions about auth.")
    };
    let timed = survey.grants.iter().filter(|grant| is_timed(ruleset, grant));
    let findings = timed.map(finding).collect();
    conclude(survey, Caller::Anonymous, &TASKS, findings)
}

/// Nothing but the time decides: `now < 1700000000000`.
fn is_timed(ruleset: &Ruleset, grant: &Grant) -> bool {
    let mut timed = false;
    ruleset.root.visit(&mut Vec::new(), &mut |nodes| {
        let rules = nodes.last().into_iter().flat_map(|node| [&node.read, &node.write]);
        timed |= rules.flatten().any(|rule| rule.span == grant.span && compares_now(&rule.expr));
    });
    timed
}

fn compares_now(expr: &Expr) -> bool {
    let Expr::Binary(operator, left, right) = expr else { return false };
    let is_now = |side: &Expr| matches!(side, Expr::Variable(name) if name == "now");
    let is_date = |side: &Expr| matches!(side, Expr::Number(number) if *number > 1e12);
    let before = matches!(operator, Operator::Less | Operator::LessOrEqual);
    let after = matches!(operator, Operator::Greater | Operator::GreaterOrEqual);
    (before && is_now(left) && is_date(right)) || (after && is_date(left) && is_now(right))
}

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
    let finding = |(grant, until): (&Grant, f64)| {
        let (kind, shown) = (grant.kind.key(), grant.shown());
        let open = grant.reaches.iter().any(|(who, _, reach)| *who == Caller::Anonymous && reach.is_always());
        let day = day(until);
        let finding = if open {
            Finding::new(format!("{kind} at {shown} is open to anyone until {day}")).root(OPEN)
        } else {
            Finding::new(format!(
                "{kind} at {shown} was test mode and is over since {day}: it grants nothing today"
            ))
            .severity(Severity::Medium)
        };
        let witness = grant
            .reaches
            .iter()
            .find_map(|(who, _, reach)| reach.witness().filter(|_| *who == Caller::Anonymous));
        let finding = witness
            .into_iter()
            .fold(finding, |finding, witness| finding.evidence("allowed request", witness.command()));
        finding
            .at(place(rules, context, grant.span))
            .key(format!("{kind} {shown}"))
            .fix("Replace the date with conditions about auth.")
    };
    let timed = survey.grants.iter().filter_map(|grant| Some((grant, end(ruleset, grant)?)));
    let findings = timed.map(finding).collect();
    conclude(survey, Caller::Anonymous, &TASKS, findings)
}

/// Where nothing but the time decides, as in `now < 1700000000000`: the milliseconds.
pub(super) fn end(ruleset: &Ruleset, grant: &Grant) -> Option<f64> {
    let mut end = None;
    ruleset.root.visit(&mut Vec::new(), &mut |nodes| {
        let rules = nodes.last().into_iter().flat_map(|node| [&node.read, &node.write]);
        let own = rules.flatten().find(|rule| rule.span == grant.span);
        end = end.or_else(|| until(&own?.expr));
    });
    end
}

fn until(expr: &Expr) -> Option<f64> {
    let Expr::Binary(operator, left, right) = expr else { return None };
    let is_now = |side: &Expr| matches!(side, Expr::Variable(name) if name == "now");
    let date = |side: &Expr| match side {
        Expr::Number(number) if *number > 1e12 => Some(*number),
        _ => None,
    };
    match operator {
        Operator::Less | Operator::LessOrEqual if is_now(left) => date(right),
        Operator::Greater | Operator::GreaterOrEqual if is_now(right) => date(left),
        _ => None,
    }
}

/// `2026-12-31`; of a number that is no moment, that it is one far away.
fn day(milliseconds: f64) -> String {
    #[allow(clippy::cast_possible_truncation)] // what does not fit is cut to the last moment there is
    let moment = jiff::Timestamp::from_millisecond(milliseconds as i64);
    moment
        .map_or_else(|_| "a day beyond all calendars".to_owned(), |moment| moment.strftime("%F").to_string())
}

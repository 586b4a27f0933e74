//! A rule about queries lets a query return everything.
//!
//! Rules can require how a list is asked for: `query.orderByChild`, `query.equalTo`,
//! `query.limitToFirst`. A rule that requires the order alone bounds nothing: a query with that order
//! and no limit returns the whole list.
//!
//! ## Fix
//!
//! Require a limit or a value as well:
//! ```text
//! ".read": "auth != null && query.orderByChild === 'owner' && query.equalTo === auth.uid"
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/rules-conditions#query-based-rules>

use super::database::{conclude, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Expr, Grant, Node, Rule, Span, Task},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-query-unbounded",
    title: "a query rule without a bound",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Realtime(judge),
    source: include_str!("database_query_unbounded.rs"),
};

const TASKS: [Task; 1] = [Task::Read];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, survey) = match understood(rules, context) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let mut unbounded: Vec<Span> = Vec::new();
    ruleset.root.visit(&mut Vec::new(), &mut |nodes| {
        let read = nodes.last().and_then(|node: &&Node| node.read.as_ref());
        unbounded.extend(read.filter(|rule| is_unbounded(rule)).map(|rule| rule.span));
    });
    let at = |span: &Span| survey.grants.iter().find(|grant| grant.span == *span).map(Grant::shown);
    let findings = unbounded
        .iter()
        .map(|span| {
            let shown = at(span).unwrap_or_else(|| "/".to_owned());
            Finding::new(format!("the query rule at {shown} requires neither a value nor a limit"))
                .at(place(rules, context, *span))
                .key(shown)
                .fix("Require query.equalTo, or query.limitToFirst or limitToLast with a maximum.")
        })
        .collect();
    conclude(survey, Caller::Anonymous, &TASKS, findings)
}

fn is_unbounded(rule: &Rule) -> bool {
    let mut names: Vec<&str> = Vec::new();
    rule.expr.visit(&mut |part| {
        if let Expr::Member(target, name) = part
            && matches!(&**target, Expr::Variable(variable) if variable == "query")
        {
            names.push(name);
        }
    });
    let bounds = ["equalTo", "limitToFirst", "limitToLast", "startAt", "endAt"];
    !names.is_empty() && !names.iter().any(|name| bounds.contains(name))
}

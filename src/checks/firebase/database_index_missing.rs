//! A query that the rules ask for has no index.
//!
//! Without `.indexOn` the database sends the whole list to the client, which sorts it there: slow,
//! costly, and with the REST interface an error.
//!
//! ## Fix
//!
//! Name the child beside the rule:
//! ```text
//! "orders": { ".indexOn": ["owner"] }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/indexing-data>

use super::database::{conclude, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Expr, Operator, Rule, Span, Task},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-index-missing",
    title: "a query without an index",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_index_missing.rs"),
};

const TASKS: [Task; 1] = [Task::Read];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, survey) = match understood(rules, context) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let mut missing: Vec<(String, Span)> = Vec::new();
    ruleset.root.visit(&mut Vec::new(), &mut |nodes| {
        let Some((node, rule)) = nodes.last().and_then(|node| Some((node, node.read.as_ref()?))) else {
            return;
        };
        let order = ordered_by(rule).filter(|name| !node.index_on.contains(name));
        missing.extend(order.map(|name| (name, rule.span)));
    });
    let findings = missing
        .into_iter()
        .map(|(name, span)| {
            Finding::new(format!(
                "the rule asks for queries ordered by {name:?}, for which there is no index"
            ))
            .at(place(rules, context, span))
            .key(name.clone())
            .fix(format!("Add \".indexOn\": [\"{name}\"] beside the rule."))
        })
        .collect();
    conclude(survey, Caller::Anonymous, &TASKS, findings)
}

/// `query.orderByChild === 'owner'`.
fn ordered_by(rule: &Rule) -> Option<String> {
    let mut found = None;
    rule.expr.visit(&mut |part| {
        let Expr::Binary(Operator::Equal, left, right) = part else { return };
        if let (Expr::Member(_, member), Expr::Text(name)) = (&**left, &**right)
            && member == "orderByChild"
        {
            found = Some(name.clone());
        }
    });
    found
}

//! Fields that no rule knows are accepted by the Realtime Database.
//!
//! Rules that check the fields they know say nothing about others: unless `$other` refuses them, a
//! client may add `isAdmin` or a megabyte of anything beside the fields that you validate.
//!
//! ## Fix
//!
//! Refuse what is not named:
//! ```text
//! "$uid": { "name": { ".validate": "newData.isString()" }, "$other": { ".validate": false } }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/core-syntax>

use super::database::{conclude, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Json, Task, data},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-unknown-children",
    title: "unknown fields are accepted",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Realtime(judge),
    source: include_str!("database_unknown_children.rs"),
};

const TASKS: [Task; 1] = [Task::Write];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, survey) = match understood(rules, context) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let mut findings = Vec::new();
    for grant in &survey.grants {
        let witness = grant.reach(Caller::Owner, Task::Write).and_then(|reach| reach.witness());
        let Some((witness, Json::Node(fields))) = witness.and_then(|one| Some((one, one.value.as_ref()?)))
        else {
            continue;
        };
        // Only where fields are described: elsewhere nothing is validated at all.
        let node = witness.path.iter().try_fold(&ruleset.root, |node, key| node.child(key));
        let describes = node.is_some_and(|node| {
            node.children.iter().any(|child| child.validate.is_some())
                && node.children.iter().all(|child| child.read.is_none() && child.write.is_none())
        });
        let mut more = witness.clone();
        let mut fields = fields.clone();
        if let Some(extra) = data(&serde_json::json!(true)) {
            fields.insert("unknownField".to_owned(), extra);
        }
        more.value = Some(Json::Node(fields));
        if describes && more.holds(ruleset) {
            findings.push(
                Finding::new(format!("a field that no rule knows is accepted at {}", grant.shown()))
                    .at(place(rules, context, grant.span))
                    .evidence("allowed request", more.command())
                    .key(grant.shown())
                    .fix("Add \"$other\": { \".validate\": false } beside the named fields."),
            );
        }
    }
    conclude(survey, Caller::Owner, &TASKS, findings)
}

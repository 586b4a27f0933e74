//! An owner can give data in the Realtime Database away, or take it for somebody else.
//!
//! A rule that compares the owner in `data` with the caller, and does not look at the owner in
//! `newData`, lets the owner write another name into it. The entry then belongs to somebody who never
//! asked for it, and whatever is counted or billed by owner is wrong.
//!
//! ## Fix
//!
//! Compare both sides:
//! ```text
//! ".validate": "newData.child('owner').val() === auth.uid"
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/security/core-syntax>

use super::database::{conclude, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::realtime::{Caller, Grant, Json, Reach, Ruleset, Task, Witness, data},
    finding::{Confidence, Finding, Severity},
    seen::RealtimeRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/database-owner-changeable",
    title: "the owner of an entry can be changed",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Realtime(judge),
    source: include_str!("database_owner_changeable.rs"),
};

const TASKS: [Task; 1] = [Task::Write];

fn judge(rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, survey) = match understood(rules, context) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let finding = |grant: &Grant| {
        let (field, witness) = given_away(ruleset, grant)?;
        Some(
            Finding::new(format!("the owner of {} can write somebody else into {field}", grant.shown()))
                .at(place(rules, context, grant.span))
                .evidence("before", witness.state().unwrap_or_default())
                .evidence("allowed request", witness.command())
                .key(grant.shown())
                .fix(format!("Require newData.child('{field}').val() === auth.uid as well.")),
        )
    };
    let findings = survey.grants.iter().filter_map(finding).collect();
    conclude(survey, Caller::Stranger, &TASKS, findings)
}

/// The write that changes the field which made the caller the owner.
fn given_away(ruleset: &Ruleset, grant: &Grant) -> Option<(String, Witness)> {
    let Reach::InState(witness) = grant.reach(Caller::Stranger, Task::Write)? else {
        return None;
    };
    let Some(Json::Node(before)) = witness.data.as_ref()?.at(&witness.path) else { return None };
    let me = data(&serde_json::json!("me"))?;
    let field = before.iter().find(|(_, value)| **value == me).map(|(field, _)| field.clone())?;
    let mut fields = match &witness.value {
        Some(Json::Node(fields)) => fields.clone(),
        _ => before.clone(),
    };
    fields.insert(field.clone(), data(&serde_json::json!("somebody"))?);
    let changed = Witness { value: Some(Json::Node(fields)), ..witness.clone() };
    changed.holds(ruleset).then_some((field, changed))
}

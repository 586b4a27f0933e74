//! Texts and lists of any size can be written.
//!
//! A document may hold a megabyte. Where neither type nor size is checked, any account fills the
//! database at the product's expense, and every client that lists the collection downloads it.
//!
//! ## Fix
//!
//! Bound each text and list:
//! ```text
//! allow create: if request.resource.data.title is string && request.resource.data.title.size() <= 200 && …;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-fields>
//! - <https://firebase.google.com/docs/firestore/quotas>

use super::{Survey, place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        prove::{Attempt, Caller, Ground, Proof},
        request::{Fields, Method},
        value::Value,
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/field-size-unlimited",
    title: "texts and lists of any size can be written",
    station: Station::Firebase,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("field_size_unlimited.rs"),
};

/// Characters and entries that are sent; no title, no comment and no list of tags is so long.
const CHARACTERS: usize = 20_000;
const ENTRIES: usize = 5_000;
/// Fields of one path that are tried.
const FIELDS: usize = 6;
/// Of those shown in one finding.
const SHOWN: usize = 20;

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let mut survey = Survey::new(analysis);
    let mut found: Vec<(String, Proof, crate::engine::firestore::ast::Span)> = Vec::new();
    for (grant, ground) in survey.grounds() {
        let open = survey.is_open(grant, Method::Create) || survey.is_open(grant, Method::Update);
        if open || grant.is_recursive() {
            continue;
        }
        if let Some((field, proof)) = unlimited(&mut survey, &ground) {
            let span = survey.granted(&proof, grant).span;
            found.push((format!("{field} of {}", grant.shown()), proof, span));
        }
    }
    let findings = found.first().map(|(_, proof, _)| {
        let paths: Vec<&str> = found.iter().take(SHOWN).map(|(path, ..)| path.as_str()).collect();
        let more = match found.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!(
            "any signed-in user may write {CHARACTERS} characters or {ENTRIES} entries into {}{more}",
            paths.join(", ")
        );
        Finding::new(message)
            .places(found.iter().take(SHOWN).map(|(.., span)| place(rules, context, *span)))
            .evidence("allowed request", brief(proof).command())
            .fix("Bound each text and list with size().")
    });
    survey.conclude(findings.into_iter().collect())
}

/// A field that the conditions look at, and that takes a long text all the same.
fn unlimited(survey: &mut Survey<'_>, ground: &Ground) -> Option<(String, Proof)> {
    let tries = [
        (Caller::Stranger, Method::Create),
        (Caller::Owner, Method::Create),
        (Caller::Owner, Method::Update),
    ];
    for (caller, method) in tries {
        // Without any look at what is sent it is another fault.
        if !survey.looks_at_what_is_sent(ground, method) {
            continue;
        }
        for (field, is_list) in ground.harvest.sizeable().into_iter().take(FIELDS) {
            let long = if is_list {
                Value::List(vec![Value::text("a"); ENTRIES])
            } else {
                Value::Text("a".repeat(CHARACTERS))
            };
            let locked = Fields::from([(field.clone(), long)]);
            if let Attempt::Allowed(proof) = survey.attempt(ground, caller, method, &locked) {
                return Some((field, *proof));
            }
        }
    }
    None
}

/// As it is shown: what is long told by its length.
fn brief(proof: &Proof) -> Proof {
    let mut proof = proof.clone();
    for value in proof.sent.iter_mut().flat_map(|sent| sent.values_mut()) {
        match value {
            Value::Text(text) if text.len() >= CHARACTERS => {
                *value = Value::text(format!("{CHARACTERS} characters"));
            }
            Value::List(items) if items.len() >= ENTRIES => {
                *value = Value::text(format!("{ENTRIES} entries"));
            }
            _ => {}
        }
    }
    proof
}

//! The client may change a field that the server owns.
//!
//! A webhook or a server function sets the plan, the credits or the status of a payment, and the rules let
//! the owner of the same document set them, too. Whoever opens the browser's console pays nothing.
//!
//! ## Fix
//!
//! Refuse updates that touch what the server owns, or keep it in a document that only the server writes:
//! ```text
//! allow update: if request.auth.uid == userId
//!   && !request.resource.data.diff(resource.data).affectedKeys().hasAny(['plan', 'credits']);
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-fields>

use std::collections::BTreeMap;

use super::{
    ESCALATION, Survey,
    code::{conclude, document, grants, overlap, places, plain, understood},
    place, remedy,
};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        access::{Grant, shown},
        ast::Segment,
        prove::{Attempt, Caller, Ground, Proof},
        request::{Fields, Method},
        value::Value,
    },
    finding::{Confidence, Finding, Severity},
    seen::{ClientCode, CodeUse, FirestoreRules},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/code-server-field-writable",
    title: "the client may change a field that the server owns",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("code_server_field_writable.rs"),
};

/// Fields that grant something or stand for money by their very name, in one spelling.
const OWNED: [&str; 38] = [
    "role",
    "roles",
    "admin",
    "isadmin",
    "permissions",
    "plan",
    "planid",
    "tier",
    "credits",
    "balance",
    "coins",
    "tokens",
    "ispremium",
    "premium",
    "ispro",
    "pro",
    "ispaid",
    "paid",
    "paidat",
    "subscription",
    "subscriptionstatus",
    "subscriptionid",
    "subscriptiontier",
    "subscribed",
    "stripecustomerid",
    "customerid",
    "stripesubscriptionid",
    "priceid",
    "paymentstatus",
    "paymentid",
    "currentperiodend",
    "expiresat",
    "entitlements",
    "quota",
    "verified",
    "isverified",
    "banned",
    "license",
];

/// Fields that every writer sets.
const SHARED: [&str; 8] =
    ["updatedat", "createdat", "lastupdated", "timestamp", "modifiedat", "updated", "created", "id"];

/// Documents and fields that are tried for one file.
const DOCUMENTS: usize = 40;
const FIELDS: usize = 12;

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let (analysis, code) = match understood(rules) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let mut owned: BTreeMap<String, Vec<&CodeUse>> = BTreeMap::new();
    let v2 = analysis.compiled.ruleset.is_v2();
    for seen in code.uses.iter().filter(|seen| seen.trusted && !fields(code, seen, v2).is_empty()) {
        owned.entry(shown(&document(seen))).or_default().push(seen);
    }
    if owned.is_empty() && !code.cut {
        return Verdict::not_applicable("no server code was seen to write a field that only it should write");
    }
    let mut survey = Survey::new(analysis);
    let mut findings = Vec::new();
    for uses in owned.values().take(DOCUMENTS) {
        findings.extend(at_document(&mut survey, rules, context, code, uses));
    }
    if findings.is_empty() && code.cut { conclude(code, findings) } else { survey.conclude(findings) }
}

/// Fields of one write that are the server's: all that a webhook sets and no client does, elsewhere
/// those that say it by their name.
fn fields<'c>(code: &ClientCode, seen: &'c CodeUse, v2: bool) -> Vec<&'c str> {
    let of_client = |field: &str| {
        code.uses.iter().any(|other| {
            !other.trusted
                && other.fields.iter().any(|known| known == field)
                && overlap(&document(other), &document(seen), v2)
        })
    };
    let is_owned = |field: &&String| {
        let plain = plain(field);
        OWNED.contains(&plain.as_str())
            || (seen.hook && !SHARED.contains(&plain.as_str()) && !of_client(field))
    };
    seen.fields.iter().filter(is_owned).map(String::as_str).collect()
}

fn at_document(
    survey: &mut Survey<'_>,
    rules: &FirestoreRules,
    context: &Context<'_>,
    code: &ClientCode,
    uses: &[&CodeUse],
) -> Option<Finding> {
    let v2 = survey.analysis.compiled.ruleset.is_v2();
    let first = uses[0];
    // At the path that the rules name, whose variables the caller may have to be.
    let of_rules =
        |grant: &&&Grant| [Method::Update, Method::Create].iter().any(|method| grant.speaks_of(*method));
    let speaking = grants(survey.analysis, first);
    let grant = speaking.iter().find(of_rules)?;
    let pattern = if grant.pattern.iter().any(|segment| matches!(segment, Segment::Recursive(_))) {
        document(first)
    } else {
        narrowed(&grant.pattern, &document(first))
    };
    if survey.is_open(grant, Method::Update) {
        return None;
    }
    let ground = survey.prover.ground(&pattern)?;
    let mut named: Vec<&str> = uses.iter().flat_map(|seen| fields(code, seen, v2)).collect();
    named.sort_unstable();
    named.dedup();
    let (mut writable, mut found): (Vec<&str>, Option<Proof>) = (Vec::new(), None);
    for field in named.into_iter().take(FIELDS) {
        if let Some(proof) = written(survey, &ground, field) {
            writable.push(field);
            found = Some(proof);
        }
    }
    let proof = found?;
    let at = shown(&document(first));
    let verb = if proof.method == Method::Update { "change" } else { "create it with" };
    let by = survey.granted(&proof, grant);
    let message = format!(
        "{} line {} sets {} of {}, and the rules let the document's owner {verb} {}",
        first.file,
        first.line,
        writable.join(", "),
        at,
        if writable.len() == 1 { "that field" } else { "those fields" }
    );
    let changed = format!(
        "request.resource.data.diff(resource.data).affectedKeys().hasAny({})",
        remedy::list(&writable)
    );
    let kept =
        [format!("!{changed}"), format!("(resource == null || request.resource == null || !{changed})")];
    let finding = Finding::new(message)
        .at(place(rules, context, by.span))
        .places(places(uses))
        .key(at)
        .root(ESCALATION)
        .fix("Refuse writes of these fields by clients, or keep them where only the server writes.");
    let patch = remedy::closing(rules, context, by, std::slice::from_ref(&proof), &kept);
    Some(patch.into_iter().fold(remedy::shown(finding, &proof), Finding::patch))
}

/// The path of the rules with what the code names: `/{collection}/{id}` speaks of every collection, the
/// code of one.
fn narrowed(pattern: &[Segment], document: &[Segment]) -> Vec<Segment> {
    let of = |(general, own): (&Segment, &Segment)| match own {
        Segment::Literal(_) => own.clone(),
        Segment::Capture(_) | Segment::Recursive(_) => general.clone(),
    };
    pattern.iter().zip(document).map(of).collect()
}

/// The owner writes the field: in an update, else with a new document.
fn written(survey: &mut Survey<'_>, ground: &Ground, field: &str) -> Option<Proof> {
    let values = [Value::text("pro"), Value::Bool(true), Value::Int(1_000_000)];
    let known = ground.harvest.named(&[plain(field).as_str()]).into_iter().map(|(_, value)| value);
    let values: Vec<Value> = known.chain(values).collect();
    [Method::Update, Method::Create].into_iter().find_map(|method| {
        values.iter().find_map(|value| {
            let locked = Fields::from([(field.to_owned(), value.clone())]);
            match survey.attempt(ground, Caller::Owner, method, &locked) {
                Attempt::Allowed(proof) => Some(*proof),
                Attempt::Refused | Attempt::Undecided(_) => None,
            }
        })
    })
}

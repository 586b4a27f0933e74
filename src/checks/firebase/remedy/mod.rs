//! A change of one statement that closes what was shown.
//!
//! A patch is offered only where it was tried: the changed rules compile, refuse the requests that
//! were shown, and still allow the owner of a document what they allowed before.

use super::spot;
use crate::{
    checks::Context,
    engine::firestore::{
        access::Grant,
        ast::Segment,
        prove::{Harvest, Proof, is_remedy, still_grants},
        request::Method,
    },
    finding::{Finding, Patch},
    seen::FirestoreRules,
};

/// The finding with the request that shows it, in words and as a command.
pub(super) fn shown(finding: Finding, proof: &Proof) -> Finding {
    finding.evidence("allowed request", proof.command()).evidence("as a command", proof.curl())
}

/// The first of these conditions that closes the grant, once added to its own.
pub(super) fn closing(
    rules: &FirestoreRules,
    context: &Context<'_>,
    grant: &Grant,
    witnesses: &[Proof],
    conditions: &[String],
) -> Option<Patch> {
    if !is_tried(rules, grant) {
        return None;
    }
    let (start, end) = (grant.span.start as usize, grant.span.end as usize);
    let statement = rules.text.get(start..end)?;
    let own = statement.split_once(':').and_then(|(_, rest)| rest.trim_start().strip_prefix("if"));
    let own = own.map(str::trim).filter(|own| *own != "true");
    conditions.iter().find_map(|condition| {
        let condition = match own {
            None => condition.clone(),
            Some(own) if is_plain(own) => format!("{own} && {condition}"),
            Some(own) => format!("({own}) && {condition}"),
        };
        let new = format!("allow {}: if {condition}", grant.methods.join(", "));
        let text = format!("{}{new}{}", rules.text.get(..start)?, rules.text.get(end..)?);
        // A statement that lets in nobody any more is no remedy, but a riddle.
        let closes = is_remedy(rules.analysis(), &text, &grant.pattern, witnesses)
            && still_grants(&text, grant.span.start);
        closes.then(|| {
            let spot = spot(&rules.text, grant.span);
            let line = rules.text.lines().nth(spot.line as usize - 1).unwrap_or_default();
            if line.contains(statement) && !new.contains('\n') {
                let new = line.replacen(statement, &new, 1);
                Patch::Line { path: context.subject.to_owned(), line: spot.line, new }
            } else {
                Patch::Snippet { language: "firestore".to_owned(), text: format!("{new};") }
            }
        })
    })
}

/// Is a change of the statement tried? Each try reads the whole file again, so of a large one only the
/// statements at its head have their patch.
pub(super) fn is_tried(rules: &FirestoreRules, grant: &Grant) -> bool {
    let most = MOST_READ_AGAIN / rules.text.len().max(1);
    let at = rules.analysis().grants.iter().position(|other| other.span == grant.span);
    at.is_some_and(|at| at < most)
}

/// Bytes of rules that one check may read to try its patches.
const MOST_READ_AGAIN: usize = 16 << 20;

/// Needs no parentheses next to `&&`.
fn is_plain(condition: &str) -> bool {
    !condition.contains("||") && !condition.contains('?') && !condition.contains('/')
}

/// Conditions by which a document's owner keeps access, the most fitting first.
pub(super) fn of_owner(pattern: &[Segment], harvest: &Harvest, methods: &[Method]) -> Vec<String> {
    let mut conditions = Vec::new();
    let creates = methods.contains(&Method::Create);
    let others = methods.iter().any(|method| *method != Method::Create);
    for owner in harvest.owners().into_iter().filter(|owner| is_name(owner)) {
        let side = match (creates, others) {
            (true, true) => "(resource == null ? request.resource.data : resource.data)",
            (true, false) => "request.resource.data",
            _ => "resource.data",
        };
        conditions.push(format!("request.auth != null && {side}.{owner} == request.auth.uid"));
    }
    let people = matches!(
        crate::engine::firestore::collection::content(pattern),
        crate::engine::firestore::collection::Content::People
    );
    // `/users/{id}` and what is below it.
    let named = pattern.iter().enumerate().find_map(|(at, segment)| match segment {
        Segment::Capture(name) if at == 1 && (pattern.len() > 2 || people) => Some(name),
        _ => None,
    });
    if let Some(name) = named.filter(|_| people || is_of_people(pattern)) {
        conditions.push(format!("request.auth != null && request.auth.uid == {name}"));
    }
    conditions
}

fn is_of_people(pattern: &[Segment]) -> bool {
    let first = pattern.get(..2).unwrap_or_default();
    crate::engine::firestore::collection::content(first)
        == crate::engine::firestore::collection::Content::People
}

/// `['a', 'b']`.
pub(super) fn list(fields: &[&str]) -> String {
    let quoted: Vec<String> =
        fields.iter().filter(|field| is_name(field)).map(|field| format!("'{field}'")).collect();
    format!("[{}]", quoted.join(", "))
}

/// May it be written behind a dot?
pub(super) fn is_name(field: &str) -> bool {
    field.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && field.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

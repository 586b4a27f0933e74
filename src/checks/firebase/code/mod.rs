//! What the checks share that hold the rules against the product's own code.

use crate::{
    engine::firestore::{Analysis, access::Grant, ast::Segment, prove::Prover, request::Method},
    finding::{Finding, Place},
    seen::{ClientCode, CodeUse, FirestoreRules, Miss, Task},
    verdict::Verdict,
};

/// Places in the code that one finding names.
const PLACES: usize = 4;

/// The rules understood, and the code that goes with them.
pub(super) fn understood(rules: &FirestoreRules) -> Result<(&Analysis, &ClientCode), Verdict> {
    let analysis = super::understood(rules)?;
    if let Some(verdict) = super::of_another_product(analysis) {
        return Err(verdict);
    }
    let nothing = || Verdict::not_applicable("no code of the repository reads or writes documents");
    let code = rules.code.as_ref().ok_or_else(nothing)?;
    if code.uses.is_empty() && code.clients == 0 && !code.cut {
        return Err(nothing());
    }
    Ok((analysis, code))
}

/// Nothing found in part of the code proves nothing.
pub(super) fn conclude(code: &ClientCode, findings: Vec<Finding>) -> Verdict {
    if findings.is_empty() && code.cut {
        return Verdict::inconclusive(Miss::Unsupported("more source files than are read".to_owned()));
    }
    Verdict::from_findings(findings)
}

/// The document that is used, or any of the collection.
pub(super) fn document(seen: &CodeUse) -> Vec<Segment> {
    let segment = |name: &String| match name.as_str() {
        "{}" => Segment::Capture("id".to_owned()),
        name => Segment::Literal(name.to_owned()),
    };
    let mut segments: Vec<Segment> = seen.path.iter().map(segment).collect();
    if segments.len() % 2 == 1 {
        segments.push(Segment::Capture("id".to_owned()));
    }
    segments
}

/// The operations that the rules are asked about; the code may do any one of them.
pub(super) fn methods(task: Task) -> &'static [Method] {
    match task {
        Task::Get => &[Method::Get],
        Task::List => &[Method::List],
        Task::Create => &[Method::Create],
        Task::Set => &[Method::Create, Method::Update],
        Task::Update => &[Method::Update],
        Task::Delete => &[Method::Delete],
        Task::Mention => &Method::ALL,
    }
}

/// Every statement about documents that may speak of what is used.
pub(super) fn grants<'a>(analysis: &'a Analysis, seen: &CodeUse) -> Vec<&'a Grant> {
    let v2 = analysis.compiled.ruleset.is_v2();
    let document = document(seen);
    let meets = |grant: &&Grant| {
        let about = grant.rooted && grant.service == "cloud.firestore";
        let group = !seen.group || matches!(grant.pattern.first(), Some(Segment::Recursive(_)));
        about && group && overlap(&grant.pattern, &document, v2)
    };
    analysis.grants.iter().filter(meets).collect()
}

/// Is it refused to everyone: no statement speaks of it, or each one that does is false or an error
/// whatever is stored and sent?
pub(super) fn is_refused(analysis: &Analysis, prover: &Prover<'_>, seen: &CodeUse) -> bool {
    let grants = grants(analysis, seen);
    methods(seen.task).iter().all(|method| {
        grants
            .iter()
            .filter(|grant| grant.speaks_of(*method))
            .all(|grant| grant.constant == Some(false) || prover.is_dead_for(grant, *method))
    })
}

/// Is there a path that both speak of?
pub(super) fn overlap(pattern: &[Segment], document: &[Segment], v2: bool) -> bool {
    match (pattern, document) {
        ([], []) => true,
        ([Segment::Recursive(_), rest @ ..], _) => {
            let least = usize::from(!v2);
            (least..=document.len().min(32)).any(|taken| overlap(rest, &document[taken..], v2))
        }
        ([Segment::Literal(a), rest @ ..], [Segment::Literal(b), left @ ..]) => {
            a == b && overlap(rest, left, v2)
        }
        ([_, rest @ ..], [_, left @ ..]) => overlap(rest, left, v2),
        _ => false,
    }
}

/// `reads documents of`, `lists`, `writes`: after the name of a file.
pub(super) fn does(task: Task) -> &'static str {
    match task {
        Task::Get => "reads",
        Task::List => "lists",
        Task::Create => "creates a document in",
        Task::Set => "sets",
        Task::Update => "updates",
        Task::Delete => "deletes",
        Task::Mention => "uses",
    }
}

pub(super) fn places(uses: &[&CodeUse]) -> Vec<Place> {
    uses.iter().take(PLACES).map(|seen| Place::file(seen.file.clone(), seen.line)).collect()
}

/// Letters and digits alone, in lower case: `phone_number` and `phoneNumber` are one name.
pub(super) fn plain(field: &str) -> String {
    field.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

//! What the checks of Realtime Database rules share.

use super::database_test_mode::end;
use crate::{
    checks::Context,
    engine::{
        firestore::{
            ast::Segment,
            collection::{self, Content},
        },
        realtime::{Caller, Grant, Name, Reach, Ruleset, Span, Survey, Task},
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, RealtimeRules},
    verdict::Verdict,
};

/// Open rules are one fault, from whichever side they are seen.
pub(super) const OPEN: &str = "firebase-database-open";

/// The file understood; what cannot be deployed protects nothing and cannot be judged further.
pub(super) fn understood<'a>(
    rules: &'a RealtimeRules,
    context: &Context<'_>,
) -> Result<(&'a Ruleset, &'a Survey), Verdict> {
    let (ruleset, survey) = rules.analysis(context.now);
    match ruleset.problems.first() {
        None => Ok((ruleset, survey)),
        Some(problem) => {
            let line = line_of(&rules.text, problem.span);
            let why = format!("the rules cannot be deployed: line {line}: {}", problem.message);
            Err(Verdict::inconclusive(Miss::Malformed(why)))
        }
    }
}

pub(super) fn line_of(text: &str, span: Span) -> u32 {
    let before = text.as_bytes().iter().take(span.start);
    1 + before.filter(|byte| **byte == b'\n').count() as u32
}

pub(super) fn place(rules: &RealtimeRules, context: &Context<'_>, span: Span) -> Place {
    let start = u32::try_from(span.start).unwrap_or(u32::MAX);
    let end = u32::try_from(span.end).unwrap_or(u32::MAX);
    let span = crate::engine::firestore::ast::Span { start, end };
    let spot = crate::engine::firestore::spot(&rules.text, span);
    Place::line_of(context.subject, spot.line, spot.column, spot.text)
}

/// By the last name of the path that is no variable.
pub(super) fn content(grant: &Grant) -> Content {
    let segments: Vec<Segment> = grant
        .path
        .iter()
        .filter_map(|name| match name {
            Name::Fixed(name) => Some(Segment::Literal(name.clone())),
            Name::Root | Name::Capture(_) => None,
        })
        .collect();
    collection::content(&segments)
}

/// Who is let in, and how loudly it is said.
pub(super) struct Opening {
    pub(super) caller: Caller,
    /// `anyone`
    pub(super) who: &'static str,
    pub(super) tasks: &'static [Task],
    /// Is what is public by its name left out?
    pub(super) but_public: bool,
    pub(super) finish: fn(Finding) -> Finding,
}

/// Every place that is open to the caller.
pub(super) fn judge(opening: &Opening, rules: &RealtimeRules, context: &Context<'_>) -> Verdict {
    let (ruleset, survey) = match understood(rules, context) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let is_meant = |grant: &Grant| opening.but_public && content(grant) == Content::Public;
    let findings = exposed(survey, opening.caller, opening.tasks)
        .into_iter()
        .filter(|(grant, _)| grant.path.is_empty() || !is_meant(grant))
        // What is open until a date is reported as that.
        .filter(|(grant, _)| end(ruleset, grant).is_none())
        .map(|found| (opening.finish)(exposure(found, opening.who, rules, context)))
        .collect();
    conclude(survey, opening.caller, opening.tasks, findings)
}

/// An account is a small hurdle, but it is one.
pub(super) fn with_account(exposure: Finding, fix: &str) -> Finding {
    let severity = exposure.severity.unwrap_or(Severity::High).min(Severity::High);
    exposure.severity(severity).fix(fix)
}

/// What somebody can do at a place whatever the database holds, unless a rule above it or a weaker
/// caller already says so.
fn exposed<'a>(survey: &'a Survey, caller: Caller, tasks: &[Task]) -> Vec<(&'a Grant, &'a Reach)> {
    let mut found: Vec<(&Grant, &Reach)> = Vec::new();
    for grant in &survey.grants {
        let open = |caller| {
            tasks.iter().find_map(|task| grant.reach(caller, *task).filter(|reach| reach.is_always()))
        };
        let Some(reach) = open(caller) else { continue };
        let is_below =
            |(other, _): &(&Grant, &Reach)| other.kind == grant.kind && grant.path.starts_with(&other.path);
        let weaker = caller != Caller::Anonymous && open(Caller::Anonymous).is_some();
        if !weaker && !found.iter().any(is_below) {
            found.push((grant, reach));
        }
    }
    found
}

/// The finding of an open rule.
fn exposure(
    (grant, reach): (&Grant, &Reach),
    who: &str,
    rules: &RealtimeRules,
    context: &Context<'_>,
) -> Finding {
    let verb = if grant.kind == crate::engine::realtime::RuleKind::Read { "read" } else { "write" };
    let whole = if grant.path.is_empty() { "the whole database" } else { "everything under" };
    let shown = if grant.path.is_empty() { String::new() } else { format!(" {}", grant.shown()) };
    let (severity, confidence) = match content(grant) {
        _ if grant.path.is_empty() => (Severity::Critical, Confidence::High),
        Content::Private | Content::People => (Severity::Critical, Confidence::High),
        Content::Unknown | Content::Public => (Severity::Medium, Confidence::Medium),
    };
    // Rules that look at the query may let in one and refuse another.
    let by =
        if reach.witness().is_some_and(|witness| !witness.query.is_empty()) { " by a query" } else { "" };
    let mut finding = Finding::new(format!("{who} can {verb} {whole}{shown}{by}"))
        .at(place(rules, context, grant.span))
        .severity(severity)
        .confidence(confidence)
        .key(grant.shown())
        .root(OPEN);
    if let Some(witness) = reach.witness() {
        finding = finding.evidence("allowed request", witness.command());
    }
    finding
}

/// A pass needs every rule to be decided for the caller.
pub(super) fn conclude(survey: &Survey, caller: Caller, tasks: &[Task], findings: Vec<Finding>) -> Verdict {
    if !findings.is_empty() {
        return Verdict::Fail(findings);
    }
    if survey.incomplete {
        return Verdict::inconclusive(Miss::Unsupported("more rules than are judged".to_owned()));
    }
    if survey.grants.is_empty() {
        return Verdict::not_applicable("no .read or .write rule: everything is denied");
    }
    let undecided = survey.grants.iter().find_map(|grant| {
        let reach = tasks.iter().find_map(|task| match grant.reach(caller, *task) {
            Some(Reach::Unknown(why)) => Some(why),
            _ => None,
        })?;
        Some(format!("{} at {}: {reach}", grant.kind.key(), grant.shown()))
    });
    undecided.map_or(Verdict::Pass, |what| Verdict::inconclusive(Miss::Unsupported(what)))
}

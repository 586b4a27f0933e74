//! What was found, worst first, one block a check.

use super::{
    super::words,
    page::{self, Ink, Page, clipped},
};
use crate::{
    decide::{Assessment, Judged},
    finding::{Confidence, Evidence, Place, Severity},
};

/// So many findings of one check are told; the others are counted.
const TOLD: usize = 3;
/// So many places and lines of evidence of one finding.
const PLACES: usize = 4;
const EVIDENCE: usize = 6;
/// Lines of one piece of evidence.
const LINES: usize = 30;
/// Evidence is cut here; all of it is in the JSON report.
const VALUE: usize = 400;

pub(super) fn findings(page: &mut Page, assessment: &Assessment) {
    if assessment.findings.is_empty() {
        return;
    }
    page.heading(&format!("Findings: {}", by_severity(&assessment.findings)));
    for group in groups(&assessment.findings) {
        block(page, &group);
    }
}

/// `1 critical, 2 high`.
fn by_severity(findings: &[Judged]) -> String {
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];
    let counts = severities
        .into_iter()
        .map(|severity| (severity, findings.iter().filter(|judged| judged.severity == severity).count()));
    let said = counts.filter(|(_, count)| *count > 0).map(|(severity, count)| format!("{count} {severity}"));
    said.collect::<Vec<_>>().join(", ")
}

/// Findings of one check and severity, in the order of the worst.
fn groups(findings: &[Judged]) -> Vec<Vec<&Judged>> {
    let mut index = std::collections::BTreeMap::new();
    let mut groups: Vec<Vec<&Judged>> = Vec::new();
    for judged in findings {
        let at = *index.entry((judged.severity, judged.check.id)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(judged),
            None => groups.push(vec![judged]),
        }
    }
    groups
}

fn block(page: &mut Page, group: &[&Judged]) {
    let Some(first) = group.first() else { return };
    page.gap();
    let severity = format!("{:<9}", first.severity.id());
    let id = format!("{}: ", first.check.id);
    page.line(&[
        (page::severity(first.severity), severity.as_str()),
        (Ink::Strong, id.as_str()),
        (Ink::Plain, first.check.title),
    ]);
    let told = &group[..group.len().min(TOLD)];
    // One fix for all is said once, at the end.
    let shared = told.len() > 1 && told.iter().all(|judged| judged.finding.remedy == first.finding.remedy);
    for (number, judged) in told.iter().enumerate() {
        if number > 0 && !is_brief(told[number - 1], shared) {
            page.gap();
        }
        finding(page, judged);
        if !shared {
            remedy(page, judged);
        }
    }
    if shared {
        remedy(page, first);
    }
    let more = group.len() - told.len();
    if more > 0 {
        page.line(&[(Ink::Faint, &format!("  and {more} more of {}; see --format json", first.check.id))]);
    }
}

/// Nothing but its message was printed.
fn is_brief(judged: &Judged, shared: bool) -> bool {
    let finding = &judged.finding;
    shared && finding.evidence.is_empty() && finding.places.iter().all(|place| told_by(place).is_none())
}

fn finding(page: &mut Page, judged: &Judged) {
    let points = words::points(judged.points).map(|points| format!(" ({points})")).unwrap_or_default();
    page.wrapped(&[(Ink::Plain, "  ")], Ink::Plain, &format!("{}{points}", judged.finding.message));
    if judged.confidence < Confidence::High {
        let low = if judged.confidence == Confidence::Low { ", which never stops a launch" } else { "" };
        page.labelled("confidence", Ink::Plain, &format!("{}{low}", judged.confidence.id()));
    }
    let is_told = |place: &&Place| told_by(place).is_some();
    if !judged.finding.places.iter().any(|place| is_told(&place)) {
        page.labelled("at", Ink::Plain, &judged.subject);
    }
    for place in judged.finding.places.iter().filter(is_told).take(PLACES) {
        self::place(page, place);
    }
    let more = judged.finding.places.iter().filter(is_told).count().saturating_sub(PLACES);
    if more > 0 {
        page.labelled("at", Ink::Plain, &words::count(more, "more place"));
    }
    for evidence in judged.finding.evidence.iter().take(EVIDENCE) {
        self::evidence(page, evidence);
    }
    let more = judged.finding.evidence.len().saturating_sub(EVIDENCE);
    if more > 0 {
        page.labelled("and", Ink::Plain, &format!("{} of evidence", words::count(more, "more line")));
    }
}

/// Lines that belong below each other, such as a mark below what it marks, keep their places.
fn evidence(page: &mut Page, evidence: &Evidence) {
    if !evidence.value.contains('\n') {
        return page.labelled(&evidence.label, Ink::Plain, &clipped(&evidence.value, VALUE));
    }
    page.labelled(&evidence.label, Ink::Plain, "");
    let lines: Vec<String> = evidence.value.lines().map(str::to_owned).collect();
    page.copied(lines.get(..LINES).unwrap_or(&lines));
    if let Some(more) = lines.len().checked_sub(LINES).filter(|more| *more > 0) {
        page.labelled("and", Ink::Plain, &words::count(more, "more line"));
    }
}

fn place(page: &mut Page, place: &Place) {
    match place {
        Place::File { line: Some(line), column, snippet: Some(snippet), .. } => {
            page.excerpt(&words::place(place), *line, *column, snippet);
        }
        _ => page.labelled("at", Ink::Plain, &told_by(place).unwrap_or_default()),
    }
}

/// How a place is told, if it says anything.
fn told_by(place: &Place) -> Option<String> {
    let told = words::place(place);
    (!told.trim().is_empty()).then_some(told)
}

fn remedy(page: &mut Page, judged: &Judged) {
    let remedy = &judged.finding.remedy;
    if !remedy.text.is_empty() {
        page.labelled("fix", Ink::Plain, &remedy.text);
    }
    if let Some(patch) = &remedy.patch {
        let block = words::block(patch);
        page.labelled(block.label, Ink::Plain, &format!("{}:", block.caption));
        page.copied(&block.lines);
    }
}

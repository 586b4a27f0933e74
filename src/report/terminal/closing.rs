//! The verdict once more, and what would change it.

use std::collections::BTreeSet;

use super::{
    super::words,
    open,
    page::{self, Ink, Page},
};
use crate::decide::{Assessment, Decision, Judged};

/// So many things to do are named.
const NAMED: usize = 3;
/// So many reasons of a HOLD are told.
const REASONS: usize = 6;

pub(super) fn closing(page: &mut Page, assessment: &Assessment, quiet: bool) {
    if !quiet {
        reasons(page, assessment);
    }
    page.gap();
    let head = format!("{} ", assessment.decision.id());
    let ink = page::decision(assessment.decision);
    let text = format!("at {} of 100: {}", words::score(assessment.score), change(assessment));
    page.wrapped(&[(ink, head.as_str())], Ink::Plain, &text);
    if let Some(blank) = not_looked_at(assessment) {
        page.wrapped(&[(Ink::Faint, "not looked at: ")], Ink::Plain, &blank);
    }
    if let Some(next) = next(assessment).filter(|_| !quiet) {
        page.wrapped(&[(Ink::Faint, "next: ")], Ink::Plain, &next);
    }
}

/// Why it is on HOLD, and what else is behind a NO-GO than its findings.
fn reasons(page: &mut Page, assessment: &Assessment) {
    let checks: BTreeSet<&str> = gating(assessment).map(|judged| judged.check.id).collect();
    // The gate says one reason for each check that stops the launch, and then the others.
    let reasons = assessment.reasons.get(checks.len()..).unwrap_or_default();
    if reasons.is_empty() {
        return;
    }
    page.heading(&format!("Why {}", assessment.decision.id()));
    for reason in reasons.iter().take(REASONS) {
        page.wrapped(&[(Ink::Plain, "  - ")], Ink::Plain, reason);
    }
    let more = reasons.len().saturating_sub(REASONS);
    if more > 0 {
        page.line(&[(Ink::Faint, &format!("  and {}", words::count(more, "more reason")))]);
    }
}

/// A GO speaks for what was audited: the stations it does not speak for are named beside it.
fn not_looked_at(assessment: &Assessment) -> Option<String> {
    let blank = assessment.stations.iter().filter(|result| result.left_out.is_some());
    let names: Vec<&str> = blank.map(|result| result.station.id()).collect();
    (assessment.decision == Decision::Go && !names.is_empty()).then(|| names.join(", "))
}

/// What would make it a GO, or what is left to do after one.
fn change(assessment: &Assessment) -> String {
    let mended = if assessment.also_holding.is_empty() { Decision::Go } else { Decision::Hold };
    match assessment.decision {
        Decision::Go if assessment.findings.is_empty() => {
            "nothing stands in the way of the launch".to_owned()
        }
        Decision::Go => {
            let findings = words::count(assessment.findings.len(), "smaller finding");
            format!("{findings} can wait until after the launch")
        }
        Decision::Hold => {
            format!("settle {} to reach GO", words::count(assessment.reasons.len(), "open point"))
        }
        Decision::NoGo => match causes(assessment).as_slice() {
            [] => format!("raise the score to reach {}", mended.id()),
            [one] => format!("mend {} on {} to reach {}", one.check.id, one.subject, mended.id()),
            several => {
                format!("mend these {} to reach {}: {}", several.len(), mended.id(), names(several))
            }
        },
    }
}

/// `mail/spf-multiple, firebase/open-write (5) and 2 more checks`.
fn names(causes: &[&Judged]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for judged in causes {
        match counts.iter_mut().find(|(id, _)| *id == judged.check.id) {
            Some((_, count)) => *count += 1,
            None => counts.push((judged.check.id, 1)),
        }
    }
    let name =
        |(id, count): &(&str, usize)| if *count > 1 { format!("{id} ({count})") } else { (*id).to_owned() };
    let named: Vec<String> = counts.iter().take(NAMED).map(name).collect();
    let more = counts.len() - named.len();
    let more = if more > 0 { format!(" and {}", words::count(more, "more check")) } else { String::new() };
    format!("{}{more}", named.join(", "))
}

fn next(assessment: &Assessment) -> Option<String> {
    let finding = gating(assessment).next().or_else(|| assessment.findings.first());
    let open = assessment.inconclusive.iter().find(|one| one.holds).or(assessment.inconclusive.first());
    let explain = |id: &str| format!("gonogo explain {id}");
    match (assessment.decision, finding, open) {
        (Decision::Hold, _, Some(open)) => {
            Some(open::advice(&open.why).map_or_else(|| explain(open.check.id), str::to_owned))
        }
        (_, Some(finding), _) => Some(explain(finding.check.id)),
        _ => None,
    }
}

fn gating(assessment: &Assessment) -> impl Iterator<Item = &Judged> {
    assessment.findings.iter().filter(|judged| judged.gates)
}

/// What stops the launch, each cause once: findings that share a root are mended together.
fn causes(assessment: &Assessment) -> Vec<&Judged> {
    let mut seen = BTreeSet::new();
    let mut causes = Vec::new();
    for judged in gating(assessment) {
        if judged.finding.root.is_none_or(|root| seen.insert((judged.subject.as_str(), root))) {
            causes.push(judged);
        }
    }
    causes
}

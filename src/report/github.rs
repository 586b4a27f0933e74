//! Workflow commands: annotations on the lines of a pull request.

use std::fmt::Write as _;

use super::{
    anchor::{self, Anchor},
    neutral, words,
};
use crate::{
    decide::{Assessment, Decision, Judged},
    finding::Severity,
};

/// GitHub shows ten annotations of each level in a step and drops the others silently.
const EACH: usize = 10;

pub(super) fn render(assessment: &Assessment) -> String {
    let mut out = String::new();
    // The summary below is a notice too.
    for (level, most) in [("error", EACH), ("warning", EACH), ("notice", EACH - 1)] {
        let findings = assessment.findings.iter().filter(|judged| self::level(judged) == level);
        for judged in findings.take(most) {
            annotation(&mut out, level, judged, &anchor::anchor(assessment, judged));
        }
    }
    summary(&mut out, assessment);
    out
}

/// What stops the launch is an error, whatever its severity.
fn level(judged: &Judged) -> &'static str {
    match judged.severity {
        _ if judged.gates => "error",
        Severity::Critical | Severity::High | Severity::Medium => "warning",
        Severity::Low | Severity::Info => "notice",
    }
}

fn annotation(out: &mut String, level: &str, judged: &Judged, anchor: &Anchor) {
    let property = neutral::github_property;
    let _ = write!(out, "::{level} file={},line={}", property(&anchor.path), anchor.line);
    if let Some(column) = anchor.column {
        let _ = write!(out, ",col={column}");
    }
    let title = format!("{}: {}", judged.check.id, judged.check.title);
    let _ = write!(out, ",title={}::", property(&title));
    out.push_str(&neutral::github_data(&judged.finding.message));
    if !judged.finding.places.iter().any(|place| matches!(place, crate::finding::Place::File { .. })) {
        let _ = write!(out, " ({})", neutral::github_data(&judged.subject));
    }
    if !judged.finding.remedy.text.is_empty() {
        let _ = write!(out, "%0AFix: {}", neutral::github_data(&judged.finding.remedy.text));
    }
    out.push('\n');
}

/// The decision, and what the annotations do not show.
fn summary(out: &mut String, assessment: &Assessment) {
    let mut text = format!(
        "score {}, {}, {} undecided",
        words::score(assessment.score),
        words::count(assessment.findings.len(), "finding"),
        assessment.inconclusive.len()
    );
    // The findings themselves say why it is a NO-GO.
    if assessment.decision == Decision::Hold {
        for reason in assessment.reasons.iter().take(5) {
            let _ = write!(text, "; {reason}");
        }
    }
    let title = format!("{} for {}", assessment.decision.id(), assessment.target.name);
    let _ =
        writeln!(out, "::notice title={}::{}", neutral::github_property(&title), neutral::github_data(&text));
}

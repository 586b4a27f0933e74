//! GitLab code quality: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use serde::Serialize;

use super::{anchor, json, neutral};
use crate::{
    decide::{Assessment, Judged},
    finding::Severity,
};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

pub(super) fn render(assessment: &Assessment) -> String {
    let issues: Vec<Issue> = assessment.findings.iter().map(|judged| issue(assessment, judged)).collect();
    json::pretty(&issues)
}

fn issue(assessment: &Assessment, judged: &Judged) -> Issue {
    let anchor = anchor::anchor(assessment, judged);
    let text = format!("{}: {} ({})", judged.check.title, judged.finding.message, judged.subject);
    Issue {
        description: neutral::line(&text),
        check_name: judged.check.id,
        fingerprint: judged.fingerprint.clone(),
        severity: severity(judged.severity),
        location: Location { path: anchor.path, lines: Lines { begin: anchor.line } },
    }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}

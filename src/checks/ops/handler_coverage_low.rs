//! By the coverage report, tests run less than 80 % of a webhook handler, or none of it.
//!
//! The branches that tests leave out in a payment handler are the ones that production enters first:
//! refunds, failed payments, an event for an account that is gone.
//!
//! ## Fix
//!
//! Send the handler recorded events of each kind that it handles, signed with a test secret, also twice and
//! with a database that fails. The report is read from `lcov.info`, `coverage/lcov.info` or where
//! `reports.coverage` in `gonogo.toml` says.

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{CoveredFile, Miss, Repository, Seen},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/handler-coverage-low",
    title: "tests run too little of a webhook handler",
    station: Station::Ops,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Repository(judge),
    source: include_str!("handler_coverage_low.rs"),
};

const ENOUGH: u32 = 80;

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let reports = &repository.operation.coverage;
    let handlers: Vec<&str> = repository
        .critical
        .iter()
        .filter(|path| path.what == "webhook handler")
        .map(|path| path.path.as_str())
        .collect();
    if handlers.is_empty() {
        return super::cut(repository)
            .unwrap_or_else(|| Verdict::not_applicable("no webhook handler was found in the repository"));
    }
    if reports.is_empty() {
        return Verdict::not_applicable("no coverage report was found or declared");
    }
    if let Some(miss) = reports.values().find_map(|report| report.as_ref().err()) {
        return Verdict::inconclusive(miss.clone());
    }
    let best = |path: &str| -> Option<&CoveredFile> {
        let files = reports.values().filter_map(Seen::got).flat_map(|report| &report.files);
        files.filter(|file| file.path == path && file.lines > 0).max_by_key(|file| percent(file))
    };
    if reports.values().filter_map(Seen::got).all(|report| report.total == 0) {
        return Verdict::inconclusive(Miss::Malformed("the coverage report names no file".to_owned()));
    }
    let findings = handlers.into_iter().filter_map(|path| {
        let (message, severity) = match best(path) {
            None => (format!("no test loads {path}: the coverage report does not name it"), Severity::Low),
            Some(file) if percent(file) >= ENOUGH => return None,
            Some(file) => {
                let part = percent(file);
                let severity = if part < 50 { Severity::Medium } else { Severity::Low };
                (format!("tests run {} of {} lines of {path} ({part} %)", file.hit, file.lines), severity)
            }
        };
        let finding = Finding::new(message).at(Place::file(path, 1)).severity(severity).key(path);
        Some(finding.fix("test the handler with recorded events of each kind, also twice and out of order"))
    });
    Verdict::from_findings(findings.collect())
}

/// Cut: 79.9 is not 80.
fn percent(file: &CoveredFile) -> u32 {
    u32::try_from(u64::from(file.hit) * 100 / u64::from(file.lines.max(1))).unwrap_or(100)
}

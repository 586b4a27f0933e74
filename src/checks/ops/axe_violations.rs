//! A result of axe in the repository names violations of accessibility rules.
//!
//! A form field without a label or a button without a name cannot be used with a screen reader, and in the
//! European Union a shop must be usable by everybody since June 2025.
//!
//! ## Fix
//!
//! Mend critical and serious ones first; each rule's page says how. Results are read from `axe-results*`
//! and `axe-report*`, as JSON or SARIF, or where `reports.axe` in `gonogo.toml` says.
//!
//! ## References
//!
//! - <https://dequeuniversity.com/rules/axe/>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Axe, Repository, Violation},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/axe-violations",
    title: "axe found barriers on a page",
    station: Station::Ops,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("axe_violations.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let results = &repository.operation.axe;
    if results.is_empty() {
        return Verdict::not_applicable("no result of axe was found or declared");
    }
    let (mut findings, mut missed) = (Vec::new(), None);
    for (path, result) in results {
        match result.as_ref() {
            Err(miss) => missed = missed.or(Some(miss.clone())),
            Ok(result) => findings.extend(barriers(path, result)),
        }
    }
    match missed {
        Some(miss) if findings.is_empty() => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}

fn barriers(path: &str, result: &Axe) -> Option<Finding> {
    let grave = |violation: &&Violation| matches!(violation.impact.as_str(), "critical" | "serious");
    let severity =
        if result.violations.iter().any(|one| grave(&one)) { Severity::Medium } else { Severity::Low };
    let mut told: Vec<&Violation> = result.violations.iter().collect();
    told.sort_by_key(|violation| (!grave(violation), std::cmp::Reverse(violation.nodes)));
    let names: Vec<String> =
        told.iter().map(|one| format!("{} ({}, {})", one.rule, one.impact, places(one.nodes))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let of = result.urls.first().map_or(path, String::as_str);
    let finding = Finding::new(format!("axe found barriers on {of}: {}", super::listed(&names)))
        .at(Place::file(path, 1))
        .severity(severity)
        .key(path)
        .fix("mend critical and serious ones first, and run axe again");
    (!result.violations.is_empty()).then_some(finding)
}

fn places(nodes: u32) -> String {
    if nodes == 1 { "1 place".to_owned() } else { format!("{nodes} places") }
}

//! A Lighthouse result in the repository gives a page less than 90 of 100 for performance.
//!
//! The number is of one run on one machine and varies by some points. It says that somebody on a telephone
//! waits, and usually which file for.
//!
//! ## Fix
//!
//! Open the result in the Lighthouse viewer, begin with the largest entry under its opportunities, and
//! measure again. Results are read from `.lighthouseci`, from `lhr-*.json`, or where
//! `reports.lighthouse` in `gonogo.toml` says.
//!
//! ## References
//!
//! - <https://developer.chrome.com/docs/lighthouse/performance/performance-scoring>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Lighthouse, Miss, Repository},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/lighthouse-performance-low",
    title: "Lighthouse measured a slow page",
    station: Station::Ops,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("lighthouse_performance_low.rs"),
};

const ENOUGH: u8 = 90;

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let results = &repository.operation.lighthouse;
    if results.is_empty() {
        return Verdict::not_applicable("no result of Lighthouse was found or declared");
    }
    let (mut findings, mut missed) = (Vec::new(), None);
    for (path, result) in results {
        match result.as_ref() {
            Err(miss) => missed = missed.or(Some(miss.clone())),
            Ok(Lighthouse { performance: None, .. }) => {
                missed = missed.or(Some(Miss::Unsupported(format!("{path} holds no score for performance"))));
            }
            Ok(result) => findings.extend(slow(path, result)),
        }
    }
    match missed {
        Some(miss) if findings.is_empty() => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}

fn slow(path: &str, result: &Lighthouse) -> Option<Finding> {
    let score = result.performance.filter(|score| *score < ENOUGH)?;
    let device = if result.device.is_empty() { String::new() } else { format!(" ({})", result.device) };
    let finding =
        Finding::new(format!("Lighthouse gave {}{device} {score} of 100 for performance", result.url))
            .at(Place::file(path, 1))
            .key(format!("{} {}", result.url, result.device))
            .fix("begin with the largest opportunity that the result names, and measure again");
    Some(if result.date.is_empty() { finding } else { finding.evidence("measured", result.date.clone()) })
}

//! A function that an event starts calls another company's server, and its event is lost when that fails.
//!
//! Cloud Functions drop an event whose function fails, unless retries are switched on. A CRM that is down
//! for five minutes then misses every customer of these five minutes, and nobody can tell which.
//!
//! ## Fix
//!
//! Switch retries on, make the function safe to run twice, and give up on events that are too old:
//! ```ts
//! onDocumentCreated({ document: "orders/{id}", retry: true }, async (event) => { … });
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/functions/retries>

use super::{at, listed, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/function-without-retry",
    title: "a failed event function is not started again",
    station: Station::Ops,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("function_without_retry.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let operation = &repository.operation;
    let outside = || operation.triggers.iter().filter(|trigger| trigger.calls_outside);
    let lost: Vec<_> = outside().filter(|trigger| trigger.retry == Some(false)).collect();
    let mut findings = Vec::new();
    if let Some(first) = lost.first() {
        let mut events: Vec<&str> = lost.iter().map(|trigger| trigger.event.as_str()).collect();
        events.sort_unstable();
        events.dedup();
        findings.push(
            Finding::new(format!(
                "{} in {} call other servers and are not started again when that fails",
                listed(&events),
                first.path
            ))
            .places(lost.iter().map(|trigger| at(&trigger.path, trigger.line)))
            .key("retry")
            .fix("set `retry: true` and make the functions safe to run twice, or queue the work"),
        );
    } else if outside().any(|trigger| trigger.retry.is_none()) {
        return super::undecided("the options of an event function are not written out");
    }
    sources(
        repository,
        findings,
        outside().next().is_some(),
        "no event function that calls another server was found",
    )
}

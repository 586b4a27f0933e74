//! No service was recognised that errors of the server are reported to.
//!
//! A webhook that fails for every customer then shows in a log that nobody reads. Whom an alert wakes, and
//! at how many failures, is a question of the hand-over checklist too.
//!
//! ## Fix
//!
//! Add a service for errors to the server and the app, send its alerts to more than one person, and try one:
//! ```ts
//! Sentry.init({ dsn: Deno.env.get("SENTRY_DSN"), environment: "production" });
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/functions/examples/sentry-monitoring>
//! - <https://firebase.google.com/docs/functions/reporting-errors>

use super::{cut, library};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/errors-unreported",
    title: "errors of the server reach nobody",
    station: Station::Ops,
    severity: Severity::Info,
    confidence: Confidence::Low,
    judge: Judge::Repository(judge),
    source: include_str!("errors_unreported.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let operation = &repository.operation;
    if !operation.reporters.is_empty() {
        return Verdict::Pass;
    }
    if let Some(verdict) = cut(repository).or_else(|| library(repository)) {
        return verdict;
    }
    if operation.sources == 0 {
        return Verdict::not_applicable("no server source was found");
    }
    let sources = if operation.sources == 1 { "source" } else { "sources" };
    Verdict::fail(
        Finding::new(format!(
            "nothing was recognised that reports errors of {} server {sources}",
            operation.sources
        ))
        .key("reporting")
        .fix("add a service for errors, and try once that an alert reaches somebody"),
    )
}

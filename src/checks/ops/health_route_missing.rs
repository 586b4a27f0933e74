//! No request handler looks like a health route.
//!
//! An uptime monitor that only fetches the front page sees the CDN, not the application: the page stays
//! up while sign-in and payments are down. A route that touches what the product needs says so at once.
//!
//! ## Fix
//!
//! Add a route such as `/health` that checks the database with a short timeout, answers 200 or 503 and
//! tells strangers nothing more, and let an uptime monitor ask it.

use super::{cut, library};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/health-route-missing",
    title: "no health route",
    station: Station::Ops,
    severity: Severity::Info,
    confidence: Confidence::Low,
    judge: Judge::Repository(judge),
    source: include_str!("health_route_missing.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    if !repository.health.is_empty() {
        return Verdict::Pass;
    }
    if let Some(verdict) = cut(repository).or_else(|| library(repository)) {
        return verdict;
    }
    if repository.servers.is_empty() {
        return Verdict::not_applicable("no request handler of its own was found");
    }
    let message =
        format!("no health route was recognised among {} request handlers", repository.servers.len());
    Verdict::fail(
        Finding::new(message)
            .key("health")
            .fix("add a health route that checks what the product needs, and monitor it"),
    )
}

//! A private route is answered from a shared cache, although no private text was seen to leak.
//!
//! The answer may be a shell without data, which is harmless, or a page on which no canary was
//! recognised. Somebody should look once.
//!
//! ## Fix
//!
//! If the route carries data, send `Cache-Control: private, no-store`. If it is a shell, declare the
//! route that carries the data instead, or name a `canaries` text that only the test account's page
//! shows:
//! ```toml
//! [[site.private]]
//! path = "/api/account"
//! canaries = ["alice@example.com"]
//! ```

use super::private_no_store;
use crate::{
    checks::{Check, Context, Judge},
    engine::cache::{Served, leaks, served},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Route, Step},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "access/hit-without-canary",
    title: "private route answered from a shared cache",
    station: Station::Access,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Route(judge),
    source: include_str!("hit_without_canary.rs"),
};

fn judge(route: &Route, _context: &Context<'_>) -> Verdict {
    if !leaks(route).is_empty() {
        return Verdict::not_applicable("the leak itself is reported by access/cached-across-sessions");
    }
    let hit = route.visits.iter().find_map(|visit| match served(&visit.answer.got()?.headers) {
        // An anonymous visitor's own page, stored under a key of his own, is nobody's secret.
        Served::SharedCache(said) if visit.step != Step::Reverse => Some((visit, said)),
        _ => None,
    });
    let Some((visit, said)) = hit else {
        let complete = route.visits.iter().any(|visit| visit.step == Step::Confirm);
        let unfinished = Miss::Unsupported(format!("{}: the visits are not complete", route.url));
        return match &route.stopped {
            None if complete => Verdict::Pass,
            stopped => Verdict::inconclusive(stopped.clone().unwrap_or(unfinished)),
        };
    };
    let ignored = if route.shared_key { "; the cache's key ignores the query" } else { "" };
    Verdict::fail(
        Finding::new(format!(
            "{} was answered to {} from a shared cache ({said}){ignored}",
            route.url, visit.by
        ))
        .at(Place::url(&route.url))
        .evidence("cache", said)
        .fix("forbid storing the route, or declare the route or canary that carries the private data")
        .patch(private_no_store()),
    )
}

//! A cache hands one visitor's private page to somebody else.
//!
//! The page was requested as one signed-in test account under a URL that nobody had used before,
//! then as another visitor under the same URL. The other visitor was shown texts that only the first
//! account's page has, and is not shown them under a URL of his own: a shared cache (CDN, reverse
//! proxy, framework) stored the private page. In production every visitor of that URL gets the page
//! of whoever came first. Headers did not decide this, the content did.
//!
//! ## Fix
//!
//! Let the origin forbid storing, and let no rule at the CDN override it:
//! ```http
//! Cache-Control: private, no-store
//! ```
//! At Cloudflare, remove `Eligible for cache` with an edge TTL override from rules that cover
//! signed-in paths, or add a rule that bypasses the cache when the session cookie is present. Then
//! purge the affected paths: what was stored stays until its lifetime ends.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9111#section-3>
//! - <https://developers.cloudflare.com/cache/concepts/default-cache-behavior/>

use super::{cache_word, private_no_store};
use crate::{
    checks::{Check, Context, Judge},
    engine::cache::{decisive_gap, leaks, shown_to_anyone},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Route, Visit},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "access/cached-across-sessions",
    title: "private page cached across sessions",
    station: Station::Access,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Route(judge),
    source: include_str!("cached_across_sessions.rs"),
};

fn judge(route: &Route, _context: &Context<'_>) -> Verdict {
    let leaks = leaks(route);
    let Some(first) = leaks.first() else {
        if !shown_to_anyone(route).is_empty() {
            return Verdict::not_applicable(
                "the origin shows the page to anyone, which access/shown-to-anyone reports",
            );
        }
        return decisive_gap(route).map_or(Verdict::Pass, Verdict::inconclusive);
    };
    let mut receivers: Vec<String> = leaks.iter().map(|visit| visit.by.to_string()).collect();
    receivers.sort();
    receivers.dedup();
    let to = receivers.join(" and ");
    let mut finding =
        Finding::new(format!("a cache shows the page of session `{}` to {to} at {}", route.owner, route.url))
            .at(Place::url(&route.url))
            .fix(
                "answer private pages with `Cache-Control: private, no-store`, remove cache rules that \
                 override it, and purge what was stored",
            )
            .patch(private_no_store());
    if let Some(answer) = first.answer.got() {
        finding = finding
            .evidence("status", answer.status.to_string())
            .evidence("cache", cache_word(answer))
            .evidence("canary", seen_canary(route, first));
    }
    Verdict::fail(finding)
}

/// The hash of a canary that was seen; a declared one is the better proof.
fn seen_canary(route: &Route, visit: &Visit) -> String {
    let shows = visit.answer.got().map(|answer| answer.shows.as_slice()).unwrap_or_default();
    let mut seen: Vec<_> = route.canaries.iter().filter(|canary| shows.contains(&canary.hash)).collect();
    seen.sort_by_key(|canary| !canary.declared);
    let origin = |declared| if declared { "declared" } else { "found" };
    seen.first().map_or_else(String::new, |canary| {
        format!("sha256 {}… ({}; {} in all)", canary.hash, origin(canary.declared), seen.len())
    })
}

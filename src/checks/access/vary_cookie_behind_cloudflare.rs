//! A private page relies on `Vary: Cookie` behind Cloudflare, which does not honour it.
//!
//! Cloudflare's cache heeds `Vary` only for `Accept-Encoding` (and for images where it is switched
//! on). A page that is eligible for its cache and says `Vary: Cookie` without `private` or
//! `no-store` is stored once for all sessions.
//!
//! ## Fix
//!
//! Keep the header for other caches if you like, but forbid storing:
//! ```http
//! Cache-Control: private, no-store
//! Vary: Cookie
//! ```
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/cache/concepts/cache-control/#other>

use super::{CACHEABLE, cache_control, private_no_store};
use crate::{
    checks::{Check, Context, Judge},
    engine::cache::{behind_cloudflare, control},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Route, RouteAnswer},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "access/vary-cookie-behind-cloudflare",
    title: "private page relies on a Vary that Cloudflare ignores",
    station: Station::Access,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Route(judge),
    source: include_str!("vary_cookie_behind_cloudflare.rs"),
};

fn judge(route: &Route, _context: &Context<'_>) -> Verdict {
    let answers: Vec<&RouteAnswer> = route.private_answers().collect();
    if answers.is_empty() {
        let nothing = Miss::Unsupported(format!("{} was never answered with a page", route.url));
        return Verdict::inconclusive(route.stopped.clone().unwrap_or(nothing));
    }
    if !answers.iter().any(|answer| behind_cloudflare(&answer.headers)) {
        return Verdict::not_applicable(format!("{} is not behind Cloudflare", route.url));
    }
    let Some(answer) = answers.iter().find(|answer| relies_on_vary(answer)) else { return Verdict::Pass };
    let status = answer.header("cf-cache-status").unwrap_or("no cf-cache-status");
    let message = format!(
        "{} varies by cookie behind Cloudflare, which ignores that, with {} ({status})",
        route.url,
        cache_control(answer)
    );
    Verdict::fail(
        Finding::new(message)
            .at(Place::url(&route.url))
            .root(CACHEABLE)
            .evidence("vary", answer.header("vary").unwrap_or_default())
            .evidence("cf-cache-status", status)
            .fix("add `Cache-Control: private, no-store`; `Vary: Cookie` does not protect here")
            .patch(private_no_store()),
    )
}

/// Eligible for Cloudflare's cache, varying by cookie, and nothing else in the way. `DYNAMIC` and
/// `BYPASS` answers never enter the cache.
fn relies_on_vary(answer: &RouteAnswer) -> bool {
    let eligible = answer.header("cf-cache-status").is_some_and(|status| {
        !matches!(status.to_ascii_uppercase().as_str(), "DYNAMIC" | "BYPASS" | "NONE" | "UNKNOWN")
    });
    let varies = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "vary")
        .any(|(_, value)| value.split(',').any(|field| field.trim().eq_ignore_ascii_case("cookie")));
    let control = control(&answer.headers, "cache-control");
    eligible && varies && !control.forbids_sharing() && !control.always_asks()
}

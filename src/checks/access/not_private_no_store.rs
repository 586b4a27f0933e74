//! A private page does not forbid shared caches to store it.
//!
//! Without `private` or `no-store` the page is only protected by what the CDN happens to do by
//! default. One cache rule, a file-like path (`/account/x.css`) or another proxy is enough to store
//! it and to hand it to the next visitor.
//!
//! ## Fix
//!
//! Send with every answer that depends on who is signed in:
//! ```http
//! Cache-Control: private, no-store
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.7>
//! - <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Cache-Control>

use super::{CACHEABLE, cache_control, private_no_store};
use crate::{
    checks::{Check, Context, Judge},
    engine::cache::control,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Route},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "access/not-private-no-store",
    title: "private page may be stored by shared caches",
    station: Station::Access,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Route(judge),
    source: include_str!("not_private_no_store.rs"),
};

fn judge(route: &Route, _context: &Context<'_>) -> Verdict {
    let mut answers = route.private_answers().peekable();
    if answers.peek().is_none() {
        return unanswered(route);
    }
    let open = answers.find(|answer| !control(&answer.headers, "cache-control").forbids_sharing());
    let Some(answer) = open else { return Verdict::Pass };
    let said = cache_control(answer);
    // Stored, but never reused without asking the origin, which knows who asks.
    let revalidated = control(&answer.headers, "cache-control").always_asks();
    let severity = if revalidated { Severity::Low } else { Severity::Medium };
    Verdict::fail(
        Finding::new(format!("the private page {} has {said}: neither `private` nor `no-store`", route.url))
            .at(Place::url(&route.url))
            .severity(severity)
            .root(CACHEABLE)
            .evidence("cache-control", answer.header("cache-control").unwrap_or("absent"))
            .fix("send `Cache-Control: private, no-store` with the page")
            .patch(private_no_store()),
    )
}

fn unanswered(route: &Route) -> Verdict {
    let nothing = Miss::Unsupported(format!("{} was never answered with a page", route.url));
    Verdict::inconclusive(route.stopped.clone().unwrap_or(nothing))
}

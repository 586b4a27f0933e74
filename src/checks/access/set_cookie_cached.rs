//! An answer from a shared cache sets a cookie.
//!
//! A cached answer is one answer for all. If it carries `Set-Cookie`, every visitor may be given the
//! same cookie, and if that is a session cookie, the same session. Cookies that a CDN or load
//! balancer adds by itself are not counted.
//!
//! ## Fix
//!
//! Do not set cookies on cacheable answers; where a page must set one, forbid storing it:
//! ```http
//! Cache-Control: private, no-store
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9111#section-7.3>
//! - <https://developers.cloudflare.com/cache/concepts/cache-behavior/#interaction-of-set-cookie-response-header-with-cache>

use super::{CACHEABLE, private_no_store};
use crate::{
    checks::{Check, Context, Judge},
    engine::cache::{Served, named_cookies, served},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Route},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "access/set-cookie-cached",
    title: "cookie set by a cached answer",
    station: Station::Access,
    severity: Severity::Critical,
    // Code at the CDN's edge can add a cookie of its own to a cached answer.
    confidence: Confidence::Medium,
    judge: Judge::Route(judge),
    source: include_str!("set_cookie_cached.rs"),
};

fn judge(route: &Route, _context: &Context<'_>) -> Verdict {
    let mut answers = route.visits.iter().filter_map(|visit| visit.answer.got()).peekable();
    if answers.peek().is_none() {
        let nothing = Miss::Unsupported(format!("{} was not answered", route.url));
        return Verdict::inconclusive(route.stopped.clone().unwrap_or(nothing));
    }
    for answer in answers {
        let Served::SharedCache(said) = served(&answer.headers) else { continue };
        let Some(cookie) = named_cookies(&answer.headers).first().copied() else { continue };
        let message =
            format!("an answer from a shared cache ({said}) sets the cookie `{cookie}` at {}", route.url);
        return Verdict::fail(
            Finding::new(message)
                .at(Place::url(&route.url))
                .evidence("cache", said)
                .root(CACHEABLE)
                .fix("set no cookie on cacheable answers, or forbid storing the answer")
                .patch(private_no_store()),
        );
    }
    route.stopped.clone().map_or(Verdict::Pass, Verdict::inconclusive)
}

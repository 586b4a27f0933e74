//! A private page invites shared caches to store it.
//!
//! `public`, `s-maxage` or a CDN's own cache field on a signed-in visitor's page tells every shared
//! cache on the way that the next visitor may be given the same bytes. Whether one does today
//! depends on the plan and rules of the CDN; the header says it may.
//!
//! ## Fix
//!
//! Replace it on every answer that depends on who is signed in:
//! ```http
//! Cache-Control: private, no-store
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.9>
//! - <https://www.rfc-editor.org/rfc/rfc9213>

use super::{CACHEABLE, private_no_store};
use crate::{
    checks::{Check, Context, Judge},
    engine::cache::allows_shared_storage,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Route},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "access/public-on-private",
    title: "private page declared public to caches",
    station: Station::Access,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Route(judge),
    source: include_str!("public_on_private.rs"),
};

fn judge(route: &Route, _context: &Context<'_>) -> Verdict {
    let mut answers = route.private_answers().peekable();
    if answers.peek().is_none() {
        let nothing = Miss::Unsupported(format!("{} was never answered with a page", route.url));
        return Verdict::inconclusive(route.stopped.clone().unwrap_or(nothing));
    }
    let Some(said) = answers.find_map(|answer| allows_shared_storage(&answer.headers)) else {
        return Verdict::Pass;
    };
    Verdict::fail(
        Finding::new(format!("the private page {} is sent with `{said}`", route.url))
            .at(Place::url(&route.url))
            .root(CACHEABLE)
            .evidence("header", said)
            .fix("send `Cache-Control: private, no-store` with the page in place of it")
            .patch(private_no_store()),
    )
}

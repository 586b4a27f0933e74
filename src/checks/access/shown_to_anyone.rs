//! A private route answers a visitor without a session with its content.
//!
//! Texts that belong to a signed-in test account were shown to a visitor who sent no cookie and no
//! token, under a URL that nobody had filled. No header speaks of a cache, so the origin itself
//! does not ask who is there. Anyone who knows the address reads the data.
//!
//! ## Fix
//!
//! Require a session on the server for this route, before any data is read, and answer `401`, `403`
//! or a redirect to the login page otherwise. A guard in the browser's code is not one: the data has
//! already been sent.
//!
//! ## References
//!
//! - <https://owasp.org/Top10/A01_2021-Broken_Access_Control/>

use super::cache_word;
use crate::{
    checks::{Check, Context, Judge},
    engine::cache::{decisive_gap, shown_to_anyone},
    finding::{Confidence, Finding, Place, Severity},
    seen::Route,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "access/shown-to-anyone",
    title: "private page shown without a session",
    station: Station::Access,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Route(judge),
    source: include_str!("shown_to_anyone.rs"),
};

fn judge(route: &Route, _context: &Context<'_>) -> Verdict {
    let Some(answer) = shown_to_anyone(route).first().copied() else {
        return decisive_gap(route).map_or(Verdict::Pass, Verdict::inconclusive);
    };
    let message = format!(
        "{} shows the content of session `{}` to a visitor without a session ({})",
        route.url, route.owner, answer.status
    );
    Verdict::fail(
        Finding::new(message)
            .at(Place::url(&route.url))
            .evidence("status", answer.status.to_string())
            .evidence("cache", cache_word(answer))
            .evidence("canaries shown", answer.shows.len().to_string())
            .fix("require a session on the server before the route reads any data"),
    )
}

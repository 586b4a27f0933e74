//! The first redirect from http stays on http or goes to a stranger.
//!
//! The first hop should be https on the same host: only there can the browser learn from
//! `Strict-Transport-Security` never to come over http again. A first hop that stays on http gives an attacker
//! a second chance, and one to an unrelated host is how a forgotten record or a hijacked account looks.
//!
//! ## Fix
//!
//! Redirect to https first, and to the final host only from there:
//! ```text
//! return 301 https://$host$request_uri;
//! ```
//!
//! ## References
//!
//! - <https://hstspreload.org/#submission-requirements>
//! - <https://www.rfc-editor.org/rfc/rfc6797#section-7.2>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{End, Miss, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/redirect-elsewhere",
    title: "the first redirect does not go straight to https",
    station: Station::Web,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("redirect_elsewhere.rs"),
};

fn judge(site: &Site, _context: &Context<'_>) -> Verdict {
    let visit = match site.plain.as_ref() {
        Ok(visit) => visit,
        Err(Miss::NotAsked) => {
            return Verdict::not_applicable("the site is on a port of its own, which has no http twin");
        }
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let first = match (visit.hops.first(), &visit.end) {
        (Some(first), _) => first,
        (None, End::Closed) => return Verdict::not_applicable("nothing listens for plain http"),
        (None, End::Lost(miss)) => return Verdict::inconclusive(miss.clone()),
        (None, _) => return Verdict::inconclusive(Miss::NotAsked),
    };
    if !first.is_redirect() {
        return Verdict::not_applicable("http is not redirected at all");
    }
    let second = visit.hops.get(1).map(|hop| hop.url.as_str());
    let what = match (second, &visit.end) {
        (Some(url), _) if url.starts_with("https:") => return Verdict::Pass,
        (Some(url), _) => format!("redirects to {url}, which is plain http again"),
        // The https front page goes there too, so it is meant.
        (None, End::Left(origin)) if leaves_for(site, origin) => return Verdict::Pass,
        (None, End::Left(origin)) => {
            format!("redirects to {origin}, which is not a host of this target")
        }
        // Straight back to itself: see web/redirect-loop.
        (None, End::Loop) => return Verdict::not_applicable("it redirects to itself: see web/redirect-loop"),
        (None, End::Lost(miss)) => return Verdict::inconclusive(miss.clone()),
        (None, _) => return Verdict::inconclusive(Miss::NotAsked),
    };
    Verdict::fail(
        Finding::new(format!("{} {what}", first.url))
            .at(Place::url(first.url.clone()))
            .evidence("location", first.header("location").unwrap_or_default())
            .fix("redirect first to https on the same host, and only from there to another one"),
    )
}

fn leaves_for(site: &Site, origin: &str) -> bool {
    site.visit.got().is_some_and(|visit| visit.end == End::Left(origin.to_owned()))
}

//! The redirect to https is temporary.
//!
//! Browsers and search engines remember a 301 or 308 and come over https by themselves the next time; after a
//! 302 or 307 they ask over http again.
//!
//! ## Fix
//!
//! ```text
//! return 301 https://$host$request_uri;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9110#section-15.4>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{End, Miss, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/temporary-redirect",
    title: "the redirect to https is temporary",
    station: Station::Web,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("temporary_redirect.rs"),
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
    let upgraded = visit.hops.get(1).is_some_and(|hop| hop.url.starts_with("https:"));
    if !upgraded {
        return match &visit.end {
            End::Lost(miss) => Verdict::inconclusive(miss.clone()),
            _ => Verdict::not_applicable("http is not redirected straight to https"),
        };
    }
    if matches!(first.status, 301 | 308) {
        return Verdict::Pass;
    }
    Verdict::fail(
        Finding::new(format!(
            "{} is redirected to https with the temporary status {}",
            first.url, first.status
        ))
        .at(Place::url(first.url.clone()))
        .evidence("status", first.status.to_string())
        .fix("use status 301 or 308 for the redirect to https"),
    )
}

//! The way to the front page takes more than three redirects.
//!
//! Each hop costs a round trip, on a phone easily half a second, and a handshake if the host changes.
//!
//! ## Fix
//!
//! Redirect straight to the final URL after the one hop to https.
//!
//! ## References
//!
//! - <https://web.dev/articles/redirects>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{End, Miss, Site, Trail},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/too-many-redirects",
    title: "the way to the front page is long",
    station: Station::Web,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("too_many_redirects.rs"),
};

fn judge(site: &Site, _context: &Context<'_>) -> Verdict {
    let mut longest: Option<&Trail> = None;
    for seen in [&site.visit, &site.plain] {
        match seen.as_ref() {
            Ok(visit) => match &visit.end {
                End::Lost(miss) => return Verdict::inconclusive(miss.clone()),
                End::Loop | End::TooMany => {
                    return Verdict::not_applicable("the redirects do not end: see web/redirect-loop");
                }
                _ if longest.is_none_or(|known| known.hops.len() < visit.hops.len()) => longest = Some(visit),
                _ => {}
            },
            Err(Miss::NotAsked) => {}
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        }
    }
    let Some(visit) = longest else { return Verdict::inconclusive(Miss::NotAsked) };
    let redirects = visit.hops.iter().filter(|hop| hop.is_redirect()).count();
    let Some(first) = visit.hops.first().filter(|_| redirects > 3) else { return Verdict::Pass };
    let way: Vec<&str> = visit.hops.iter().map(|hop| hop.url.as_str()).collect();
    Verdict::fail(
        Finding::new(format!("{} leads to a page only after {redirects} redirects", first.url))
            .at(Place::url(first.url.clone()))
            .evidence("way", way.join(" > "))
            .fix("redirect straight to the final URL after the one hop to https"),
    )
}

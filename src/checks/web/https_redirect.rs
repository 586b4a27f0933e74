//! Plain http is not redirected to https.
//!
//! Whoever types the name, follows an old link or scans a code may arrive over http. If the site answers there
//! with content, everything they see and send can be read and changed on the way.
//!
//! ## Fix
//!
//! Redirect everything on port 80 and serve nothing else there:
//! ```text
//! server {
//!     listen 80;
//!     server_name example.com;
//!     return 301 https://$host$request_uri;
//! }
//! ```
//!
//! ## References
//!
//! - <https://https.cio.gov/everything/>
//! - <https://www.rfc-editor.org/rfc/rfc6797#section-7.2>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{End, Miss, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/https-redirect",
    title: "http is not redirected to https",
    station: Station::Web,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("https_redirect.rs"),
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
    if visit.hops.iter().any(|hop| hop.url.starts_with("https:")) {
        return Verdict::Pass;
    }
    let last = visit.hops.last().unwrap_or(first);
    let severity = match &visit.end {
        End::Left(origin) if origin.starts_with("https:") => return Verdict::Pass,
        End::Lost(miss) => return Verdict::inconclusive(miss.clone()),
        // A loop that stays on http is told by web/redirect-loop, and this much is certain too.
        _ if last.blocked().is_some() && !last.is_redirect() => {
            return Verdict::inconclusive(last.blocked().unwrap_or(Miss::NotAsked));
        }
        // Nothing is served in the clear, but nobody is led to https either.
        End::Arrived if last.status >= 400 => Severity::Low,
        _ => Severity::High,
    };
    Verdict::fail(
        Finding::new(format!(
            "{} answers {} over plain http and never leads to https",
            first.url, last.status
        ))
        .severity(severity)
        .at(Place::url(first.url.clone()))
        .evidence("status", last.status.to_string())
        .evidence("hops", visit.hops.len().to_string())
        .fix("redirect every http request to the same host and path over https with status 301")
        .patch(Patch::Snippet {
            language: "nginx".to_owned(),
            text: "return 301 https://$host$request_uri;".to_owned(),
        }),
    )
}

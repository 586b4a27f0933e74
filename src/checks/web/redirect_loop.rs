//! The redirects never end.
//!
//! Visitors see "too many redirects" and nothing else. Behind Cloudflare the usual cause is the SSL mode
//! "Flexible" together with an origin that redirects to https.
//!
//! ## Fix
//!
//! Let each name be redirected once. Behind Cloudflare set SSL/TLS to "Full (strict)". Behind another proxy,
//! let the application trust `X-Forwarded-Proto` from it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/ssl/troubleshooting/too-many-redirects/>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{End, Miss, Site, Trail},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/redirect-loop",
    title: "the redirects never end",
    station: Station::Web,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("redirect_loop.rs"),
};

fn judge(site: &Site, _context: &Context<'_>) -> Verdict {
    let mut findings = Vec::new();
    let mut missed = None;
    for (name, seen) in [("https", &site.visit), ("http", &site.plain)] {
        let visit = match seen.as_ref() {
            Ok(visit) => visit,
            Err(Miss::NotAsked) if name == "http" => continue,
            Err(miss) => {
                missed.get_or_insert_with(|| miss.clone());
                continue;
            }
        };
        match &visit.end {
            End::Loop | End::TooMany => findings.extend(found(name, visit)),
            End::Lost(miss) => drop(missed.get_or_insert_with(|| miss.clone())),
            End::Arrived | End::Left(_) | End::Closed => {}
        }
    }
    match (findings.is_empty(), missed) {
        (true, Some(miss)) => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}

fn found(name: &str, visit: &Trail) -> Option<Finding> {
    let first = visit.hops.first()?;
    let said = if visit.end == End::Loop { "come back to where they were" } else { "go on after ten hops" };
    let way: Vec<&str> = visit.hops.iter().map(|hop| hop.url.as_str()).collect();
    Some(
        Finding::new(format!("the redirects from {} {said}", first.url))
            .key(name)
            .root("web/redirect-loop")
            .at(Place::url(first.url.clone()))
            .evidence("way", way.join(" > "))
            .fix("redirect each name once; behind Cloudflare set the SSL mode to Full (strict)"),
    )
}

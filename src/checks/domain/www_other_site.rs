//! The name with `www` and the name without lead to different places.
//!
//! People type both, and links use both. Where one of them still leads to the site before, to a page of the registrar or to an error, part of the visitors never see the launch; where both answer for themselves, logins, cookies and search results fall apart in two.
//!
//! ## Fix
//!
//! Choose one name and redirect the other one to it, permanently. For nginx:
//! ```text
//! return 301 https://example.com$request_uri;
//! ```
//!
//! ## References
//!
//! - <https://developer.mozilla.org/docs/Web/URI/Guides/Choosing_between_www_and_non-www_URLs>
//! - <https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls>

use super::{Early, is_registered_name};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{End, Miss, Trail, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/www-other-site",
    title: "www and the bare name lead to different places",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("www_other_site.rs"),
};

/// Where a visitor of one of the two names ends.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Stop {
    /// At a page of this host.
    Host(String),
    /// At an origin that is not the target's.
    Elsewhere(String),
    /// At an error page, with this status.
    Error(u16),
}

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    if !is_registered_name(domain) {
        return Ok(Verdict::not_applicable(format!("{domain} is itself a subdomain")));
    }
    for name in [domain.to_owned(), format!("www.{domain}")] {
        if zone.answers.addresses(&name).is_ok_and(|found| found.is_empty()) {
            return Ok(Verdict::not_applicable(format!(
                "{name} leads to no address, which is said elsewhere"
            )));
        }
    }
    let (bare, www) = (format!("https://{domain}"), format!("https://www.{domain}"));
    let (one, two) = (stop(&bare, &www, context)?, stop(&www, &bare, context)?);
    if one == two {
        return Ok(Verdict::Pass);
    }
    let message = match (&one, &two) {
        (Stop::Host(_), Stop::Host(_)) => {
            format!(
                "{} and {}: neither of the two names redirects to the other",
                led(&bare, &one),
                led(&www, &two)
            )
        }
        _ => format!("{}, and {}", led(&bare, &one), led(&www, &two)),
    };
    let copies = matches!((&one, &two), (Stop::Host(_), Stop::Host(_)));
    Ok(Verdict::fail(
        Finding::new(message)
            // Two copies of one site and two sites look the same from here.
            .severity(if copies { Severity::Info } else { Severity::Medium })
            .at(Place::url(format!("{www}/")))
            .at(Place::url(format!("{bare}/")))
            .fix(format!("Redirect one of {domain} and www.{domain} to the other, permanently.")),
    ))
}

fn led(url: &str, stop: &Stop) -> String {
    match stop {
        Stop::Host(host) if url.ends_with(&format!("//{host}")) => format!("{url}/ answers by itself"),
        Stop::Host(host) => format!("{url}/ leads to {host}"),
        Stop::Elsewhere(origin) => format!("{url}/ leads to {origin}"),
        Stop::Error(status) => format!("{url}/ answers with the status {status}"),
    }
}

/// Where a name leads: as a site of its own, or as the twin of the other one.
fn stop(url: &str, other: &str, context: &Context<'_>) -> Early<Stop> {
    let missed = |miss: &Miss| match miss {
        Miss::NoSuchName(_) => {
            Verdict::not_applicable(format!("{url} does not exist: see domain/www-missing"))
        }
        // The other one leads there, or nobody asked for its twin.
        Miss::NotAsked => unseen(),
        miss => Verdict::inconclusive(miss.clone()),
    };
    let sites = &context.seen.sites;
    let trail = match (sites.get(url), sites.get(other)) {
        (Some(site), _) => site.as_ref().and_then(|site| site.visit.as_ref()),
        (None, Some(site)) => site.as_ref().and_then(|site| site.twin.as_ref()),
        (None, None) => return Err(unseen()),
    };
    read(trail.map_err(missed)?)
}

fn unseen() -> Verdict {
    Verdict::not_applicable("nobody visited the two names: that is done with the station web")
}

fn read(trail: &Trail) -> Early<Stop> {
    match &trail.end {
        End::Left(origin) => return Ok(Stop::Elsewhere(origin.clone())),
        End::Lost(miss) => return Err(Verdict::inconclusive(miss.clone())),
        End::Closed => return Err(Verdict::not_applicable("one of the two names has no server")),
        End::Loop | End::TooMany => {
            return Err(Verdict::not_applicable("the redirects of one do not end: see web/redirect-loop"));
        }
        End::Arrived => {}
    }
    let Some(last) = trail.hops.last() else { return Err(Verdict::inconclusive(Miss::NotAsked)) };
    if let Some(miss) = last.blocked() {
        return Err(Verdict::inconclusive(miss));
    }
    if last.status >= 400 {
        return Ok(Stop::Error(last.status));
    }
    let host = last.url.split("//").nth(1).and_then(|rest| rest.split(['/', '?']).next());
    Ok(Stop::Host(host.unwrap_or_default().to_owned()))
}

//! A name that says "staging" is in public and answers everybody.
//!
//! Such hosts run unfinished code with test accounts and old dependencies, often beside production data. Their names are in certificate logs for everybody to read. Looked at are the sites that are declared and the names in the certificate that the domain serves; nothing is guessed.
//!
//! ## Fix
//!
//! Put the host behind a login, a VPN or an access proxy, and use a wildcard certificate for such names:
//! ```text
//! staging.example.com  →  401 or a login for strangers
//! ```
//!
//! ## References
//!
//! - <https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/02-Configuration_and_Deployment_Management_Testing/>

use super::{Early, alive, conclude};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::is_within,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Seen, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/staging-public",
    title: "a staging host that is open to everybody",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("staging_public.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

/// Labels, whole or before and behind a hyphen, that say what a host is for.
const SAID: [&str; 10] =
    ["staging", "stage", "stg", "dev", "develop", "test", "testing", "preprod", "uat", "sandbox"];

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let below = |host: &str| host != domain && is_within(host, domain) && is_staging(host, domain);
    let (mut findings, mut missed) = (Vec::new(), None);
    let mut open = Vec::new();
    for site in context.target.sites.iter().filter(|site| below(&site.host)) {
        match front(context, &site.url) {
            Some(Ok(status @ 200..=299)) => {
                open.push(site.host.clone());
                findings.push(
                    Finding::new(format!(
                        "{} answers everybody ({status}) and is named like a place for tests",
                        site.host
                    ))
                    .at(Place::url(&site.url))
                    .key(site.host.as_str())
                    .fix(format!("Put {} behind a login or an access proxy.", site.host)),
                );
            }
            Some(Err(miss)) => missed = missed.or(Some(miss)),
            _ => {}
        }
    }
    for host in published(context).into_iter().filter(|host| below(host) && !open.contains(host)) {
        findings.push(
            Finding::new(format!("the certificate that {domain} serves names {host}, which everybody can read in the certificate logs"))
                .severity(Severity::Info)
                .at(Place::dns(&host, "A"))
                .key(host.as_str())
                .fix(format!("Make sure that {host} asks for a login; a wildcard certificate would not name it.")),
        );
    }
    let declared =
        context.target.sites.iter().any(|site| is_within(&site.host, domain) && site.host != domain);
    if findings.is_empty() && missed.is_none() && !declared && published(context).is_empty() {
        return Ok(Verdict::not_applicable("no other host is declared, and no certificate was seen"));
    }
    Ok(conclude(findings, missed))
}

fn is_staging(host: &str, domain: &str) -> bool {
    let own = host.strip_suffix(domain).unwrap_or_default();
    own.split(['.', '-'])
        .any(|part| SAID.contains(&part.trim_end_matches(|letter: char| letter.is_ascii_digit())))
}

/// The status of a site's front page, if it was asked.
fn front(context: &Context<'_>, url: &str) -> Option<Result<u16, Miss>> {
    match context.seen.sites.get(url)? {
        Seen::Got(site) => Some(site.front.as_ref().map(|front| front.status).map_err(Clone::clone)),
        Seen::Missed(miss) => Some(Err(miss.clone())),
    }
}

/// The names in the certificates that were seen, sorted.
fn published(context: &Context<'_>) -> Vec<String> {
    let leaves =
        context.seen.endpoints.values().filter_map(Seen::got).filter_map(|endpoint| endpoint.leaf().ok());
    let names: std::collections::BTreeSet<String> =
        leaves.flat_map(|leaf| &leaf.dns_names).filter(|name| !name.contains('*')).cloned().collect();
    names.into_iter().take(100).collect()
}

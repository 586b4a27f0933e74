//! The bare domain has no address.
//!
//! Visitors who type the domain without `www` get an error, and so do link previews and `http-01` certificate challenges.
//!
//! ## Fix
//!
//! Point the apex at your host with A and AAAA records, or with the ALIAS, ANAME or flattened CNAME that your DNS provider offers.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1034#section-3.6>

use super::{Early, alive};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::chain,
    finding::{Confidence, Finding, Place, Severity},
    seen::Zone,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/apex-no-address",
    title: "the bare domain has no address",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("apex_no_address.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let elsewhere = !context.target.sites.is_empty()
        && !context
            .target
            .sites
            .iter()
            .any(|site| site.host == domain || site.host == format!("www.{domain}"));
    if elsewhere {
        return Ok(Verdict::not_applicable(format!("no site of the target is at {domain} or its www")));
    }
    let addresses = zone.answers.addresses(domain).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    if !addresses.is_empty() {
        return Ok(Verdict::Pass);
    }
    if chain(domain, &zone.answers).is_alias() {
        return Ok(Verdict::not_applicable(format!("{domain} is a CNAME, which other checks judge")));
    }
    let www = zone.answers.addresses(&format!("www.{domain}")).is_ok_and(|found| !found.is_empty());
    let (message, severity) = if www {
        (format!("{domain} has no address, only www.{domain} has"), Severity::High)
    } else {
        (format!("{domain} has no address"), Severity::High)
    };
    Ok(Verdict::fail(
        Finding::new(message)
            .at(Place::dns(domain, "A"))
            .severity(severity)
            .fix(format!("Publish A and AAAA records of your web host at {domain}.")),
    ))
}

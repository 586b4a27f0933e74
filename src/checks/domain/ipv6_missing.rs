//! The domain has no IPv6 address.
//!
//! Mobile networks in many countries are IPv6 first and reach IPv4 sites through a translator, which is slower. It stops no launch.
//!
//! ## Fix
//!
//! Publish the AAAA record that your host or content network gives you.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6540>

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ipv6-missing",
    title: "no IPv6 address",
    station: Station::Domain,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("ipv6_missing.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    if get(zone, domain, Rr::A)?.is_empty() {
        return Ok(Verdict::not_applicable(format!("{domain} has no IPv4 address either")));
    }
    if !get(zone, domain, Rr::Aaaa)?.is_empty() {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(
        Finding::new(format!("{domain} has IPv4 addresses only"))
            .at(Place::dns(domain, "AAAA"))
            .fix(format!("Publish the AAAA record of your host at {domain}.")),
    ))
}

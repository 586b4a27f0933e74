//! A public name has an address that nobody on the Internet can reach.
//!
//! Visitors who get it see a time-out, and it tells strangers how the inside is numbered. If every address of the name is private, the site is down for everybody.
//!
//! ## Fix
//!
//! Publish the public address, and keep private names in a private zone (split DNS).
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1918>
//! - <https://www.rfc-editor.org/rfc/rfc6890>

use std::net::IpAddr;

use super::{Early, alive, conclude, visited};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::unreachable,
    finding::{Confidence, Finding, Place, Severity},
    seen::Zone,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/address-private",
    title: "a private address is published",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("address_private.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let (mut findings, mut missed) = (Vec::new(), None);
    for name in visited(domain) {
        missed = missed.or(zone.answers.unanswered(&name).cloned());
        match zone.answers.addresses(&name) {
            Ok(addresses) => findings.extend(judge_addresses(&name, &addresses)),
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    Ok(conclude(findings, missed))
}

fn judge_addresses(name: &str, addresses: &[IpAddr]) -> Vec<Finding> {
    let bad: Vec<(IpAddr, &str)> =
        addresses.iter().filter_map(|address| Some((*address, unreachable(*address)?))).collect();
    let severity = if bad.len() == addresses.len() { Severity::High } else { Severity::Medium };
    bad.into_iter()
        .map(|(address, what)| {
            Finding::new(format!("{name} has the address {address}, {what}"))
                .at(Place::dns(name, if address.is_ipv4() { "A" } else { "AAAA" }))
                .key(format!("{name} {address}"))
                .severity(severity)
                .fix(format!("Replace {address} at {name} by the public address of the host."))
        })
        .collect()
}

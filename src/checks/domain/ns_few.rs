//! Fewer than two name servers have an address.
//!
//! With a single name server, one outage takes the whole domain down: site, mail and certificate renewal.
//!
//! ## Fix
//!
//! Add a second name server at the registrar and at the apex; every DNS provider names at least two.
//! ```text
//! example.com. NS ns2.provider.example.
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc2182#section-5>
//! - <https://www.rfc-editor.org/rfc/rfc1034#section-4.1>

use super::{Early, servers};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Zone,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-few",
    title: "fewer than two working name servers",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("ns_few.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let (name, servers) = servers(zone, context)?;
    if servers.is_empty() {
        return Ok(Verdict::not_applicable(format!("{name} has no NS records")));
    }
    let (mut working, mut missed) = (Vec::new(), None);
    for server in servers {
        match zone.answers.addresses(server) {
            Ok(addresses) if addresses.is_empty() => {}
            Ok(_) => working.push(server.as_str()),
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    if working.len() >= 2 {
        return Ok(Verdict::Pass);
    }
    if let Some(miss) = missed {
        return Ok(Verdict::inconclusive(miss));
    }
    let message = match working.as_slice() {
        [] => format!("none of the {} name servers of {name} has an address", servers.len()),
        [only, ..] => format!("{name} has one working name server, {only}"),
    };
    let severity = if working.is_empty() { Severity::Critical } else { Severity::High };
    Ok(Verdict::fail(
        Finding::new(message)
            .at(Place::dns(&name, "NS"))
            .severity(severity)
            .evidence("name servers", servers.join(", "))
            .fix("Add a second name server at the registrar and at the apex."),
    ))
}

//! A name server has an address that cannot be reached from the Internet.
//!
//! Visitors' resolvers wait for an answer that never comes before they try the next server.
//!
//! ## Fix
//!
//! Publish the public address of the name server, or remove it from the delegation.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6890>

use super::{Early, conclude, servers};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::unreachable,
    finding::{Confidence, Finding, Place, Severity},
    seen::Zone,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-private",
    title: "a name server has a private address",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("ns_private.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let (name, servers) = servers(zone, context)?;
    let (mut findings, mut missed) = (Vec::new(), None);
    for server in servers {
        missed = missed.or(zone.answers.unanswered(server).cloned());
        match zone.answers.addresses(server) {
            Ok(addresses) => findings.extend(addresses.into_iter().filter_map(|address| {
                let what = unreachable(address)?;
                Some(
                    Finding::new(format!("the name server {server} of {name} has {address}, {what}"))
                        .at(Place::dns(server, if address.is_ipv4() { "A" } else { "AAAA" }))
                        .key(format!("{server} {address}"))
                        .fix(format!(
                            "Publish the public address of {server}, or remove it from the delegation."
                        )),
                )
            })),
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    Ok(conclude(findings, missed))
}

//! All name servers have addresses in one network.
//!
//! One routing fault or one attack then takes all of them away at once.
//!
//! ## Fix
//!
//! Use a DNS provider whose servers stand in several networks, or add a secondary provider.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc2182#section-3.1>

use std::{collections::BTreeSet, net::IpAddr};

use super::{Early, servers};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Zone,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-one-network",
    title: "all name servers are in one network",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("ns_one_network.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let (name, servers) = servers(zone, context)?;
    let (mut networks, mut working) = (BTreeSet::new(), 0);
    for server in servers {
        let addresses = zone.answers.addresses(server).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
        working += usize::from(!addresses.is_empty());
        networks.extend(addresses.into_iter().map(network));
    }
    if working < 2 {
        return Ok(Verdict::not_applicable("fewer than two name servers have addresses"));
    }
    if networks.len() > 1 {
        return Ok(Verdict::Pass);
    }
    let only = networks.into_iter().next().unwrap_or_default();
    Ok(Verdict::fail(
        Finding::new(format!("all {working} name servers of {name} are in the network {only}"))
            .at(Place::dns(&name, "NS"))
            .evidence("name servers", servers.join(", "))
            .fix("Use name servers in at least two networks."),
    ))
}

/// The /24 or /48 of an address.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

//! The parent hands out an address for a name server that is missing or is not the server's address any more.
//!
//! Name servers below the domain itself can only be found through the addresses that the parent holds (glue). A stale one sends resolvers to a machine that may belong to somebody else today, and a missing one leaves them without any way in.
//!
//! ## Fix
//!
//! Update the host (glue) record of the name server at the registrar, so that it equals the server's A and AAAA records.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9471>
//! - <https://www.rfc-editor.org/rfc/rfc1034#section-4.2.1>

use std::net::IpAddr;

use super::{Early, conclude, delegated};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::is_within,
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/glue-differs",
    title: "the addresses at the parent are out of date",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("glue_differs.rs"),
};

fn judge(delegation: &Delegation, context: &Context<'_>) -> Verdict {
    decide(delegation, context).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation, context: &Context<'_>) -> Early<Verdict> {
    let (zone, parent) = (&delegation.zone, &delegation.parent);
    let referral = delegated(delegation)?;
    let (mut findings, mut missed) = (Vec::new(), None);
    let inside: Vec<&String> = referral.servers.iter().filter(|server| is_within(server, zone)).collect();
    if inside.is_empty() {
        return Ok(Verdict::not_applicable(format!(
            "no name server of {zone} lies below it, so none needs glue"
        )));
    }
    let Some(answers) =
        context.seen.zones.get(context.subject).and_then(|zone| zone.got()).map(|zone| &zone.answers)
    else {
        return Ok(Verdict::inconclusive(crate::seen::Miss::NotAsked));
    };
    for server in inside {
        let real = match answers.addresses(server) {
            Ok(addresses) => addresses,
            Err(miss) => {
                missed = missed.or(Some(miss.clone()));
                continue;
            }
        };
        let glue = referral.glue.get(server).map(Vec::as_slice).unwrap_or_default();
        // An IPv6 address without glue is reachable through the IPv4 one; a wrong address is not.
        let stale: Vec<&IpAddr> = glue.iter().filter(|address| !real.contains(address)).collect();
        if real.is_empty() || (stale.is_empty() && !glue.is_empty()) {
            continue;
        }
        if let Some(miss) = answers.unanswered(server) {
            missed = missed.or(Some(miss.clone()));
            continue;
        }
        let message = match stale.first() {
            None => format!("{parent} has no address for the name server {server} of {zone}"),
            Some(address) => {
                format!(
                    "{parent} gives {address} for the name server {server} of {zone}, which has another address"
                )
            }
        };
        let shown =
            |addresses: &[IpAddr]| addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        findings.push(
            Finding::new(message)
                .at(Place::dns(server, "A"))
                .key(server.as_str())
                .evidence("at the parent", shown(glue))
                .evidence("in the zone", shown(&real))
                .fix(format!("Set the host record of {server} at the registrar to {}.", shown(&real))),
        );
    }
    Ok(conclude(findings, missed))
}

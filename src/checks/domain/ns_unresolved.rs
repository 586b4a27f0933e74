//! A name server has no address.
//!
//! Resolvers that pick it get no answer and must try another, which costs seconds on every cold lookup; when the other servers fail too, the domain is gone.
//!
//! ## Fix
//!
//! Remove the name server at the registrar and at the apex, or give its host an A record.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1912#section-2.8>

use super::{Early, conclude, ns_without, servers};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::purchasable,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Answer, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-unresolved",
    title: "a name server without an address",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("ns_unresolved.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let (name, servers) = servers(zone, context)?;
    let (mut findings, mut missed) = (Vec::new(), None);
    let mut sold = None;
    for server in servers {
        let free = |owner: &String| matches!(zone.answers.answer(owner, Rr::Soa), Ok(Answer::NoName));
        if zone.answers.is_no_name(server) && purchasable(server).as_ref().is_some_and(free) {
            sold = Some(server);
            continue;
        }
        match zone.answers.addresses(server) {
            Ok(addresses) if addresses.is_empty() => findings.push(
                Finding::new(format!("the name server {server} of {name} has no address"))
                    .at(Place::dns(&name, "NS"))
                    .key(server.as_str())
                    .root("ns-host")
                    .fix(format!("Remove {server} at the registrar and at the apex, or publish its address."))
                    .patch(ns_without(&name, servers, server)),
            ),
            Ok(_) => {}
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    match sold {
        // Whoever may register the server's domain is the worse fault of the two.
        Some(server) if findings.is_empty() && missed.is_none() => {
            Ok(Verdict::not_applicable(format!("the domain of {server} is free: see domain/ns-takeover")))
        }
        _ => Ok(conclude(findings, missed)),
    }
}

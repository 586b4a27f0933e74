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

use super::{Early, conclude, servers};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Zone,
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
    for server in servers {
        match zone.answers.addresses(server) {
            Ok(addresses) if addresses.is_empty() => findings.push(
                Finding::new(format!("the name server {server} of {name} has no address"))
                    .at(Place::dns(&name, "NS"))
                    .key(server.as_str())
                    .root("ns-host")
                    .fix(format!("Remove {server} at the registrar and at the apex, or publish its address."))
                    .patch(without(&name, servers, server)),
            ),
            Ok(_) => {}
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    Ok(conclude(findings, missed))
}

/// The NS set without one of them.
fn without(name: &str, servers: &[String], dead: &str) -> Patch {
    let values = servers.iter().filter(|server| *server != dead).map(|server| format!("{server}."));
    Patch::Dns { name: name.to_owned(), record: "NS".to_owned(), values: values.collect() }
}

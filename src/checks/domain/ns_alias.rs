//! A name server's host name is an alias.
//!
//! RFC 2181 forbids it, and resolvers differ in what they do: some follow, some treat the server as dead.
//!
//! ## Fix
//!
//! Name the host that the alias leads to, or give the name server's own name A and AAAA records.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc2181#section-10.3>

use super::{Early, conclude, servers};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::{End, chain},
    finding::{Confidence, Finding, Place, Severity},
    seen::Zone,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-alias",
    title: "a name server is a CNAME",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("ns_alias.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let (name, servers) = servers(zone, context)?;
    let (mut findings, mut missed) = (Vec::new(), None);
    for server in servers {
        let chain = chain(server, &zone.answers);
        if chain.is_alias() {
            findings.push(
                Finding::new(format!("the name server {server} of {name} is a CNAME to {}", chain.last()))
                    .at(Place::dns(server, "CNAME"))
                    .key(server.as_str())
                    .evidence("chain", chain.shown())
                    .fix(format!(
                        "Replace {server} by {} in the NS records, or give it A and AAAA records.",
                        chain.last()
                    )),
            );
        } else if let End::Missed(miss) = chain.end {
            missed = missed.or(Some(miss));
        }
    }
    Ok(conclude(findings, missed))
}

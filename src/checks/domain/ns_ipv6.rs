//! None of the domain's name servers has an IPv6 address.
//!
//! Resolvers in networks that have IPv6 only reach the domain through the translation of others, or not at all.
//!
//! ## Fix
//!
//! Turn IPv6 on at the DNS host, or use a host that has it; the AAAA records belong to its names:
//! ```text
//! ns1.example.net. AAAA 2001:db8::53
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc3901#section-4>

use super::{Early, get, servers};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-ipv6",
    title: "no name server with an IPv6 address",
    station: Station::Domain,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("ns_ipv6.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let (name, servers) = servers(zone, context)?;
    if servers.is_empty() {
        return Ok(Verdict::not_applicable(format!("{name} has no name server")));
    }
    let mut missed = None;
    for server in servers {
        match get(zone, server, Rr::Aaaa) {
            Ok([]) => {}
            Ok(_) => return Ok(Verdict::Pass),
            // A name that does not exist was not asked for its other address.
            Err(_) if zone.answers.is_no_name(server) => {}
            Err(early) => missed = missed.or(Some(early)),
        }
    }
    Ok(missed.unwrap_or_else(|| {
        Verdict::fail(
            Finding::new(format!("no name server of {name} has an IPv6 address"))
                .at(Place::dns(&name, "NS"))
                .evidence("name servers", servers.join(", "))
                .fix("Use name servers that answer over IPv6 as well."),
        )
    }))
}

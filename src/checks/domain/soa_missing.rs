//! The zone has no SOA record.
//!
//! Every zone begins with one. Without it negative answers cannot be cached and secondary servers cannot follow; it is a sign that the zone is not loaded.
//!
//! ## Fix
//!
//! Create the zone again at your DNS provider; the provider writes the SOA record.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1035#section-3.3.13>

use super::{Early, get, servers};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/soa-missing",
    title: "the zone has no SOA record",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("soa_missing.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (name, servers) = servers(zone, context)?;
    if servers.is_empty() {
        return Ok(Verdict::not_applicable(format!("{domain} has no name servers")));
    }
    if !get(zone, &name, Rr::Soa)?.is_empty() {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(
        Finding::new(format!("{name} has name servers but no SOA record"))
            .at(Place::dns(&name, "SOA"))
            .fix("Create the zone again at your DNS provider, which writes the SOA record."),
    ))
}

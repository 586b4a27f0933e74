//! A CNAME stands at the apex of the zone.
//!
//! A name with a CNAME may have no other records, but an apex needs SOA, NS and often MX and TXT. Resolvers that see the CNAME first lose your mail and your domain verification.
//!
//! ## Fix
//!
//! Replace the CNAME by A and AAAA records, or use your DNS provider's ALIAS, ANAME or CNAME flattening.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1912#section-2.4>
//! - <https://www.rfc-editor.org/rfc/rfc2181#section-10.1>

use super::{Early, alive, is_registered_name};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::{End, chain},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Zone,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/apex-alias",
    title: "a CNAME at the apex of the zone",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("apex_alias.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    if !is_registered_name(domain) {
        return Ok(Verdict::not_applicable(format!("{domain} is not the apex of a registered domain")));
    }
    let chain = chain(domain, &zone.answers);
    if let (false, End::Missed(miss)) = (chain.is_alias(), &chain.end) {
        return Ok(Verdict::inconclusive(miss.clone()));
    }
    let Some(target) = chain.names.get(1) else { return Ok(Verdict::Pass) };
    Ok(Verdict::fail(
        Finding::new(format!("{domain} is a CNAME to {target}, which hides its other records"))
            .at(Place::dns(domain, "CNAME"))
            .evidence("chain", chain.shown())
            .fix(format!("Replace the CNAME at {domain} by A and AAAA records or by your provider's ALIAS."))
            .patch(Patch::DnsRemove { name: domain.to_owned(), record: "CNAME".to_owned() }),
    ))
}

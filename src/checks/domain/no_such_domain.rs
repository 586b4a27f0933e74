//! The domain does not exist in the DNS.
//!
//! The registry's servers answer NXDOMAIN: the domain was never registered, has expired, or its name servers were removed. No page, no mail and no certificate will work, and if it is free, anybody can register it.
//!
//! ## Fix
//!
//! Register or renew the domain, and set its name servers at the registrar. If the name is a subdomain, publish a record for it.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8020>

use super::Early;
use crate::{
    checks::{Check, Context, Judge},
    engine::name::purchasable,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Answer, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/no-such-domain",
    title: "the domain does not exist",
    station: Station::Domain,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("no_such_domain.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let aliased = matches!(zone.answers.answer(domain, Rr::Cname), Ok(Answer::Records(_)));
    let answer = zone.answers.answer(domain, Rr::Ns).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    if aliased || !matches!(answer, Answer::NoName) {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(
        Finding::new(format!("{domain} does not exist: the answer is NXDOMAIN"))
            .at(Place::dns(domain, "NS"))
            .fix(format!(
                "Register or renew {} and set its name servers at the registrar.",
                registered(domain)
            ))
            .root("no-such-domain"),
    ))
}

fn registered(domain: &str) -> String {
    purchasable(domain).unwrap_or_else(|| domain.to_owned())
}

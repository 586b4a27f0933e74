//! A wildcard answers for names that nobody created.
//!
//! Every mistyped or forgotten subdomain leads to your host. That is right for a product with a subdomain for each customer; otherwise it hides mistakes and makes take-overs of single names harder to see.
//!
//! ## Fix
//!
//! Remove the wildcard and list the names you use, unless each customer has a subdomain.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc4592>

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{NO_SUCH_LABEL, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/wildcard",
    title: "a wildcard answers for every name",
    station: Station::Domain,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("wildcard.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let probe = format!("{NO_SUCH_LABEL}.{domain}");
    let addresses = get(zone, &probe, Rr::A)?;
    if addresses.is_empty() {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(
        Finding::new(format!("*.{domain} answers for any name, here {probe}"))
            .at(Place::dns(format!("*.{domain}"), "A"))
            .evidence("answer", addresses.join(", "))
            .fix(format!(
                "Remove *.{domain} and list the names you use, unless each customer has a subdomain."
            )),
    ))
}

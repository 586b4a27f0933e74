//! The domain has no name servers.
//!
//! A registered domain without NS records cannot be resolved reliably: resolvers that keep strictly to the delegation find nothing.
//!
//! ## Fix
//!
//! Set the name servers of your DNS provider at the registrar, and publish the same NS records at the apex:
//! ```text
//! example.com. NS ns1.provider.example.
//! example.com. NS ns2.provider.example.
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1034#section-4.2.1>

use super::{Early, servers};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Zone,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-missing",
    title: "no name servers",
    station: Station::Domain,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("ns_missing.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let (name, servers) = servers(zone, context)?;
    if !servers.is_empty() {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(Finding::new(format!("{name} has no NS records")).at(Place::dns(&name, "NS")).fix(
        "Set your DNS provider's name servers at the registrar and publish the same NS records at the apex.",
    )))
}

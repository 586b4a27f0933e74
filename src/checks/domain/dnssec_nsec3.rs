//! The zone uses NSEC3 with extra iterations or a salt.
//!
//! Iterations cost every resolver work and protect nothing, and a salt does not keep anybody from listing the names. Validating resolvers treat zones with many iterations as unsigned, or refuse to answer.
//!
//! ## Fix
//!
//! Set the iterations to 0 and leave the salt empty:
//! ```text
//! example.com. NSEC3PARAM 1 0 0 -
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9276#section-3.1>

use super::{Early, signed};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/dnssec-nsec3",
    title: "NSEC3 with iterations or a salt",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("dnssec_nsec3.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let (zone, dnssec) = (&delegation.zone, signed(delegation)?);
    let iterations = dnssec.nsec3.as_ref().map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    match iterations {
        None => Ok(Verdict::not_applicable(format!("{zone} uses NSEC"))),
        Some(0) if dnssec.salted => Ok(Verdict::fail(
            Finding::new(format!("{zone} uses NSEC3 with a salt, which protects nothing"))
                .at(Place::dns(zone, "NSEC3PARAM"))
                .severity(Severity::Info)
                .fix("Set the NSEC3 salt to nothing (`NSEC3PARAM 1 0 0 -`)."),
        )),
        Some(0) => Ok(Verdict::Pass),
        Some(iterations) => Ok(Verdict::fail(
            Finding::new(format!("{zone} uses NSEC3 with {iterations} extra iterations"))
                .at(Place::dns(zone, "NSEC3PARAM"))
                .fix("Set the NSEC3 iterations to 0 and the salt to nothing."),
        )),
    }
}

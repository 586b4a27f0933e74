//! The registry hands out other name servers than the zone itself names.
//!
//! Resolvers mix the two lists, so a server that only one side knows is asked now and then: changes seem to arrive for some visitors only, and a server that was left behind after a move keeps answering with old data.
//!
//! ## Fix
//!
//! Make the list at the registrar equal to the NS records of the zone.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1034#section-4.2.2>
//! - <https://www.rfc-editor.org/rfc/rfc7477>

use super::{Early, delegated};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-parent-differs",
    title: "parent and zone name different name servers",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("ns_parent_differs.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let referral = delegated(delegation)?;
    let apex = delegation.apex.as_ref().map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    let (zone, parent) = (&delegation.zone, &delegation.parent);
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|name| !those.contains(name)).cloned().collect::<Vec<_>>().join(", ")
    };
    let (above, below) = (only(&referral.servers, apex), only(apex, &referral.servers));
    let message = match (above.is_empty(), below.is_empty()) {
        (true, true) => return Ok(Verdict::Pass),
        (false, true) => format!("{parent} delegates {zone} to {above}, which the zone does not name"),
        (true, false) => format!("{zone} names the servers {below}, which {parent} does not delegate it to"),
        (false, false) => format!("{parent} delegates {zone} to {above}, but the zone names {below}"),
    };
    Ok(Verdict::fail(
        Finding::new(message)
            .at(Place::dns(zone, "NS"))
            .evidence("at the parent", referral.servers.join(", "))
            .evidence("in the zone", apex.join(", "))
            .fix("Make the name servers at the registrar equal to the NS records of the zone."),
    ))
}

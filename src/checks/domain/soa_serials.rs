//! The name servers hold different versions of the zone.
//!
//! Some visitors see the old records, some the new ones. Right after a change this is normal for a moment; where it lasts, the transfer to a server is broken and it will one day stop answering.
//!
//! ## Fix
//!
//! Look why the zone does not reach the servers with the lower serial: a blocked transfer, a wrong address in the allow list, or a serial that was set back.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1982>
//! - <https://www.rfc-editor.org/rfc/rfc1996>

use std::collections::BTreeMap;

use super::{Early, asked, unheard};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/soa-serials",
    title: "name servers with different versions of the zone",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Delegation(judge),
    source: include_str!("soa_serials.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let servers = asked(delegation)?;
    let mut by_serial: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for server in servers.iter().filter(|server| server.serves()) {
        if let Some(serial) = server.reply().and_then(|reply| reply.serial) {
            by_serial.entry(serial).or_default().push(server.shown());
        }
    }
    if by_serial.len() < 2 {
        return Ok(unheard(servers).map_or(Verdict::Pass, Verdict::inconclusive));
    }
    let each: Vec<String> =
        by_serial.iter().map(|(serial, servers)| format!("{serial} at {}", servers.join(", "))).collect();
    let zone = &delegation.zone;
    Ok(Verdict::fail(
        Finding::new(format!(
            "the name servers of {zone} hold {} versions of it: {}",
            each.len(),
            each.join("; ")
        ))
        .at(Place::dns(zone, "SOA"))
        .fix(
            "Repair the transfer to the servers with the older serial, and ask again after the refresh time.",
        ),
    ))
}

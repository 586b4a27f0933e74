//! A name server hands the whole zone to anybody who asks (AXFR).
//!
//! The list of all names shows forgotten hosts, staging systems and internal addresses: it is the first thing an attacker looks for. Only the count of the first records is kept here, never the records.
//!
//! ## Fix
//!
//! Allow transfers only to your own secondary servers, best with a TSIG key:
//! ```text
//! zone "example.com" { allow-transfer { key secondary-key; }; };
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5936#section-5>
//! - <https://cwe.mitre.org/data/definitions/200.html>

use super::{Early, asked, conclude};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/zone-transfer",
    title: "anybody can copy the whole zone",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Delegation(judge),
    source: include_str!("zone_transfer.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let (zone, mut findings, mut missed) = (&delegation.zone, Vec::new(), None);
    for server in asked(delegation)? {
        match server.transfer.as_ref() {
            // A server without TCP has its own finding, and cannot hand out a zone.
            Ok(0) | Err(crate::seen::Miss::Refused(_)) => {}
            Ok(records) => findings.push(
                Finding::new(format!(
                    "the name server {} hands the zone {zone} to anybody: {records} records came at once",
                    server.shown()
                ))
                .at(Place::dns(zone, "AXFR"))
                .key(server.shown())
                .confidence(Confidence::High)
                .fix(format!(
                    "Allow zone transfers from {} to your own secondary servers only.",
                    server.name
                )),
            ),
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    Ok(conclude(findings, missed))
}

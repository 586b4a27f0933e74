//! A record of the domain may be kept for more than a day, or for less than a minute.
//!
//! After a wrong address or a move, visitors and senders keep the old record for as long as its TTL says: with two days, a mistake on launch day lasts two days. Under a minute, every visit waits for DNS, and an outage of the name servers is felt at once.
//!
//! ## Fix
//!
//! Use an hour in ordinary times, and five minutes a day before a planned change:
//! ```text
//! example.com. 3600 A 192.0.2.1
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1912#section-2.2>

use super::{Early, asked, conclude};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ttl-extreme",
    title: "a TTL that is bad for a launch",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("ttl_extreme.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

/// A day, in seconds.
const LONG: u32 = 86_400;
const SHORT: u32 = 60;

fn decide(delegation: &Delegation) -> Early<Verdict> {
    asked(delegation)?;
    if delegation.ttls.is_empty() {
        return Ok(Verdict::not_applicable(format!("{} has no address and no mail host", delegation.zone)));
    }
    let (mut findings, mut missed) = (Vec::new(), None);
    for (record, ttl) in &delegation.ttls {
        let ttl = match ttl.as_ref() {
            Ok(ttl) => *ttl,
            Err(miss) => {
                missed = missed.or(Some(miss.clone()));
                continue;
            }
        };
        let (what, severity) = if ttl > LONG {
            (format!("may be kept for {} hours", ttl / 3_600), Severity::Low)
        } else if ttl < SHORT {
            // Hosts that move addresses often do so on purpose.
            (format!("may be kept for {ttl} seconds only"), Severity::Info)
        } else {
            continue;
        };
        let (name, kind) = record.split_once(' ').unwrap_or((record, ""));
        findings.push(
            Finding::new(format!("the {kind} record of {name} {what} (TTL {ttl})"))
                .at(Place::dns(name, kind))
                .key(record.as_str())
                .severity(severity)
                .fix(format!("Set the TTL of {record} between 300 and 3600 seconds.")),
        );
    }
    Ok(conclude(findings, missed))
}

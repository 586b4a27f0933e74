//! A name server answers over UDP but not over TCP.
//!
//! Answers that do not fit a datagram (long TXT records, DNSSEC) are asked again over TCP. Where that fails, such records do not exist for visitors: SPF and DKIM break first.
//!
//! ## Fix
//!
//! Open port 53/TCP on the server and in the firewall before it.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7766#section-5>
//! - <https://www.rfc-editor.org/rfc/rfc9210>

use super::{Early, asked, conclude};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Delegation, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-tcp",
    title: "a name server that does not answer over TCP",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("ns_tcp.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let (zone, mut findings, mut missed) = (&delegation.zone, Vec::new(), None);
    for server in asked(delegation)? {
        let heard = server.udp.got().is_some() || server.plain.got().is_some();
        match server.tcp.as_ref() {
            Ok(_) => {}
            Err(miss @ (Miss::Timeout(_) | Miss::Refused(_) | Miss::Denied(_))) if heard => {
                // A firewall on our side drops rather than refuses.
                let sure = !matches!(miss, Miss::Timeout(_));
                findings.push(
                    Finding::new(format!(
                        "the name server {} of {zone} does not answer over TCP",
                        server.shown()
                    ))
                    .at(Place::dns(zone, "NS"))
                    .key(server.shown())
                    .confidence(if sure { Confidence::High } else { Confidence::Medium })
                    .evidence("over TCP", miss.to_string())
                    .fix(format!("Open port 53/TCP of {}.", server.name)),
                );
            }
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    // Where no server at all is reached over TCP, the way there is as likely to be the cause.
    let none = delegation.servers.iter().all(|server| matches!(server.tcp.as_ref(), Err(Miss::Timeout(_))));
    match delegation.servers.first().and_then(|server| server.tcp.as_ref().err()) {
        Some(miss) if none => Ok(Verdict::inconclusive(miss.clone())),
        _ => Ok(conclude(findings, missed)),
    }
}

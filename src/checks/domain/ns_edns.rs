//! A name server refuses or ignores questions that use EDNS.
//!
//! Every resolver uses EDNS today. Since the DNS flag day of 2019 they no longer try again without it, so the domain is slow or gone for their users.
//!
//! ## Fix
//!
//! Update the name server's software, or remove the firewall rule that drops DNS packets with options.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6891#section-7>
//! - <https://www.dnsflagday.net/2019/>

use super::{Early, asked, conclude};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Delegation, Seen},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-edns",
    title: "a name server that stumbles over EDNS",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("ns_edns.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let (zone, mut findings, mut missed) = (&delegation.zone, Vec::new(), None);
    for server in asked(delegation)? {
        let what = match (&server.udp, server.plain.got()) {
            (Seen::Got(reply), _) if !matches!(reply.code.as_str(), "FORMERR" | "NOTIMP") => continue,
            (Seen::Got(reply), _) => format!("answers {} to", reply.code),
            (Seen::Missed(_), Some(_)) => "does not answer".to_owned(),
            (Seen::Missed(miss), None) => {
                missed = missed.or(Some(miss.clone()));
                continue;
            }
        };
        findings.push(
            Finding::new(format!("the name server {} of {zone} {what} questions with EDNS", server.shown()))
                .at(Place::dns(zone, "NS"))
                .key(server.shown())
                .fix(format!(
                    "Update the software of {}, or let DNS packets with options through.",
                    server.name
                )),
        );
    }
    Ok(conclude(findings, missed))
}

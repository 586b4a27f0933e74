//! A mail host has TLSA records, and DNSSEC does not prove them or the MX records that lead to them.
//!
//! Senders use TLSA records only if every step is signed: the MX records of the domain and the zone of the mail host. Unsigned they have no effect at all.
//!
//! ## Fix
//!
//! Sign both zones and hand the DS record to the registrar, or remove the TLSA records.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7672#section-2.2>
//! - <https://www.rfc-editor.org/rfc/rfc6698#section-4.1>

use super::{conclude, tlsa_sets};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{MailServers, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dane-unsigned",
    title: "TLSA records without DNSSEC",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::MailServers(judge),
    source: include_str!("dane_unsigned.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    let (sets, mut missed) = match tlsa_sets(servers, context) {
        Ok(sets) => sets,
        Err(early) => return early,
    };
    let mut findings = Vec::new();
    let unknown = |what: &str| {
        Some(Miss::Unsupported(format!("whether DNSSEC proves {what}: the resolver does not validate")))
    };
    for (server, set) in &sets {
        match set.secure {
            Some(true) => {}
            Some(false) => findings.push(
                Finding::new(format!(
                    "the TLSA records of {} are not signed by DNSSEC, so no sender uses them",
                    server.host
                ))
                .key(server.host.as_str())
                .at(Place::dns(&set.name, "TLSA"))
                .fix(format!("sign the zone of {}, or remove the TLSA records", server.host)),
            ),
            None => missed = missed.or_else(|| unknown(&set.name)),
        }
    }
    let proven = sets.iter().any(|(_, set)| set.secure == Some(true));
    match servers.mx_secure.as_ref() {
        Ok(Some(false)) if proven => findings.push(
            Finding::new(format!(
                "the MX records of {} are not signed by DNSSEC, so senders need not use the TLSA records behind them",
                context.subject
            ))
            .severity(Severity::Low)
            .key("mx")
            .at(Place::dns(context.subject, "MX"))
            .fix(format!("sign the zone of {}", context.subject)),
        ),
        Ok(None) if proven => missed = missed.or_else(|| unknown(&format!("the MX records of {}", context.subject))),
        Err(miss) if proven => missed = missed.or_else(|| Some(miss.clone())),
        _ => {}
    }
    conclude(findings, missed)
}

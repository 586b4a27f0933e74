//! Some mail hosts of the domain are protected by TLSA records and others are not.
//!
//! Senders try the next host when one does not answer, and somebody in the middle decides which ones answer: the weakest host is what the protection is worth.
//!
//! ## Fix
//!
//! Publish TLSA records for every host in the MX records, the backup too:
//! ```text
//! _25._tcp.backup.example.com. TLSA 3 1 1 <SHA-256 of the public key>
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7672#section-2.2.1>

use super::{conclude, tlsa_sets};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::MailServers,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dane-partial",
    title: "only some mail hosts have TLSA records",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::MailServers(judge),
    source: include_str!("dane_partial.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    let (sets, missed) = match tlsa_sets(servers, context) {
        Ok(sets) => sets,
        Err(early) => return early,
    };
    let has = |host: &str| sets.iter().any(|(server, _)| server.host == host);
    // A name that was asked and has none; one that was not answered is undecided.
    let bare: Vec<&str> = servers
        .exchangers
        .iter()
        .filter(|server| server.tlsa.got().is_some() && !has(&server.host))
        .map(|server| server.host.as_str())
        .collect();
    let findings = if bare.is_empty() {
        Vec::new()
    } else {
        vec![
            Finding::new(format!(
                "the mail host {} of {} has no TLSA record, and other hosts have",
                bare.join(", "),
                context.subject
            ))
            .places(bare.iter().map(|host| Place::dns(format!("_25._tcp.{host}"), "TLSA")))
            .fix(format!("publish TLSA records for {} too", bare.join(", "))),
        ]
    };
    conclude(findings, missed)
}

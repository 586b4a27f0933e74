//! A TLSA record of a mail host has a form that senders skip.
//!
//! For mail only usages 2 and 3 count; 0 and 1 depend on public authorities and are passed over. If no record is left, senders encrypt without checking whom they talk to, and the protection exists on paper only.
//!
//! ## Fix
//!
//! Publish the hash of the public key as `3 1 1`:
//! ```text
//! _25._tcp.mx.example.com. TLSA 3 1 1 <SHA-256 of the public key>
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7672#section-3.1.3>
//! - <https://www.rfc-editor.org/rfc/rfc7671#section-5>

use super::{conclude, tlsa_sets};
use crate::{
    checks::{Check, Context, Judge},
    engine::dane::{Use, usable},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{MailServers, Tlsa},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dane-unusable",
    title: "TLSA records that no sender uses",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::MailServers(judge),
    source: include_str!("dane_unusable.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    let (sets, missed) = match tlsa_sets(servers, context) {
        Ok(sets) => sets,
        Err(early) => return early,
    };
    let mut findings = Vec::new();
    for (server, set) in sets {
        let useless: Vec<(&Tlsa, &str)> = set
            .records
            .iter()
            .filter_map(|one| match usable(one) {
                Use::None(why) => Some((one, why)),
                Use::Anchor | Use::Leaf => None,
            })
            .collect();
        let Some((first, why)) = useless.first() else { continue };
        let none_left = useless.len() == set.records.len();
        let so = if none_left { ", and no other record is left" } else { "" };
        let mut finding = Finding::new(format!(
            "senders skip the TLSA record `{}` of {}: {why}{so}",
            first.shown(),
            server.host
        ))
        .severity(if none_left { Severity::Medium } else { Severity::Low })
        .key(server.host.as_str())
        .at(Place::dns(&set.name, "TLSA"))
        .evidence("records", set.records.iter().map(Tlsa::shown).collect::<Vec<_>>().join("\n"))
        .fix("publish the hash of the public key as `3 1 1` in its place");
        if let Some(data) = server.secured.got().and_then(|secured| secured.association.as_ref()) {
            finding = finding.patch(Patch::Dns {
                name: set.name.clone(),
                record: "TLSA".to_owned(),
                values: vec![format!("3 1 1 {data}")],
            });
        }
        findings.push(finding);
    }
    conclude(findings, missed)
}

//! The TLSA records that fit name the whole certificate, and the certificate is one that is replaced every few weeks.
//!
//! Each renewal makes a new certificate, so the record stops fitting on that day and mail from senders that follow DANE stops with it. The hash of the public key (selector 1) survives renewals if the key is kept.
//!
//! ## Fix
//!
//! Publish `3 1 1`, keep the key across renewals, and publish the next key's record a TTL before you change it:
//! ```text
//! certbot renew --reuse-key
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7671#section-5.1>
//! - <https://www.rfc-editor.org/rfc/rfc7671#section-8.1>

use super::{conclude, tlsa_sets};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{MailServers, Tlsa},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dane-rollover",
    title: "the TLSA record breaks at the next renewal",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::MailServers(judge),
    source: include_str!("dane_rollover.rs"),
};

/// Certificates of this lifetime in seconds or less come from ACME clients.
const SHORT: i64 = 101 * 86_400;

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    let (sets, mut missed) = match tlsa_sets(servers, context) {
        Ok(sets) => sets,
        Err(early) => return early,
    };
    let mut findings = Vec::new();
    for (server, set) in sets {
        let secured = match server.secured() {
            Ok(secured) => secured,
            Err(miss) => {
                missed = missed.or(Some(miss));
                continue;
            }
        };
        let fitting: Vec<&Tlsa> = set.records.iter().filter(|one| one.fits == Some(true)).collect();
        let whole = |one: &&Tlsa| one.usage == 3 && one.selector == 0;
        let short = secured.leaf().is_ok_and(|leaf| leaf.lifetime() <= SHORT);
        if fitting.is_empty() || !short || !fitting.iter().all(whole) {
            continue;
        }
        let until = secured.leaf().map(|leaf| leaf.not_after.to_string()).unwrap_or_default();
        let mut finding = Finding::new(format!(
            "the TLSA record of {} names its whole certificate and stops fitting at the next renewal, before {until}",
            server.host
        ))
        .key(server.host.as_str())
        .at(Place::dns(&set.name, "TLSA"))
        .evidence("records", fitting.iter().map(|one| one.shown()).collect::<Vec<_>>().join("\n"))
        .fix("publish the hash of the public key as `3 1 1` and keep the key across renewals");
        if let Some(data) = &secured.association {
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

//! A TXT record looks like a key, a password or a connection string.
//!
//! Everybody can read it, and search engines for DNS keep it for years, also after it is removed.
//!
//! ## Fix
//!
//! Revoke the secret first, then remove the record.
//!
//! ## References
//!
//! - <https://cwe.mitre.org/data/definitions/200.html>

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::masked,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/txt-secret",
    title: "a TXT record looks like a secret",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("txt_secret.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    // Such texts are masked when they are read: no recording holds one.
    let findings = get(zone, domain, Rr::Txt)?.iter().filter_map(|text| {
        let what = masked(text)?;
        Some(
            Finding::new(format!("a TXT record of {domain} looks like {what}"))
                .at(Place::dns(domain, "TXT"))
                .key(what)
                .fix("Revoke the secret at its provider first, then remove the record."),
        )
    });
    Ok(Verdict::from_findings(findings.collect()))
}

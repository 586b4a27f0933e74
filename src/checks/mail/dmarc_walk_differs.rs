//! Receivers of the old and the new DMARC standard see different organizational domains.
//!
//! The standard of 2026 finds the organizational domain by walking up the DNS; the old one took it from the public suffix list. Where the two differ, relaxed alignment and the inherited policy differ from receiver to receiver.
//!
//! ## Fix
//!
//! Publish a record with `psd=n` at the domain that is your organization, so that the walk stops there:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=quarantine; psd=n; rua=mailto:dmarc@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.10>
//! - <https://publicsuffix.org/list/>

use super::{Early, dmarc_record};
use crate::{
    checks::{Check, Context, Judge},
    engine::{dmarc, name::registrable},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-walk-differs",
    title: "the organizational domain depends on the receiver",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_walk_differs.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let found = dmarc_record(mail, context)?;
    let walk = dmarc::organization(domain, &mail.answers)
        .map_err(|miss| Verdict::inconclusive(miss.cloned().unwrap_or(Miss::NotAsked)))?;
    let listed = registrable(domain).unwrap_or_else(|| domain.to_owned());
    if walk == listed {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(
        Finding::new(format!("the organizational domain of {domain} is {walk} by the DNS and {listed} by the public suffix list"))
            .at(Place::dns(format!("_dmarc.{}", found.domain), "TXT"))
            .evidence("record", found.text.as_str())
            .fix(format!("Publish a DMARC record with `psd=n` at {listed} if that is your organization.")),
    ))
}

//! A wildcard TXT record answers at names like `_dmarc` and `_mta-sts`.
//!
//! Receivers then read an SPF or verification text where a policy should be, and real mistakes look like published records.
//!
//! ## Fix
//!
//! Remove the wildcard TXT record and publish TXT records at the names that need them.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc4592>
//! - <https://www.rfc-editor.org/rfc/rfc8552>

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{NO_SUCH_LABEL, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/wildcard-policy",
    title: "a wildcard answers where mail policies are looked up",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("wildcard_policy.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let probe = format!("_{NO_SUCH_LABEL}.{domain}");
    let Some(text) = get(zone, &probe, Rr::Txt)?.first() else { return Ok(Verdict::Pass) };
    Ok(Verdict::fail(
        Finding::new(format!("a wildcard TXT record answers at any name below {domain}, here {probe}"))
            .at(Place::dns(format!("*.{domain}"), "TXT"))
            .evidence("answer", text.as_str())
            .fix(format!("Remove the TXT record at *.{domain}."))
            .patch(Patch::DnsRemove { name: format!("*.{domain}"), record: "TXT".to_owned() }),
    ))
}

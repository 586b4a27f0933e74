//! Nobody can check the answers for this domain: it has no DS record at its parent, or a zone above it has none.
//!
//! Without DNSSEC a forged answer looks like a real one, and DANE and some certificate authorities' stricter validation cannot be used. Many large sites live without it, so this is advice. A zone that is signed while its parent has no DS has the work of signing and none of the protection.
//!
//! ## Fix
//!
//! Turn DNSSEC on at the DNS host, then publish the DS record that it shows at the registrar:
//! ```text
//! example.com. DS 12345 13 2 ...
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9364>

use super::{Early, asked};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Chain, Delegation, Standing},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/dnssec-unsigned",
    title: "not protected by DNSSEC",
    station: Station::Domain,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("dnssec_unsigned.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let (zone, parent) = (&delegation.zone, &delegation.parent);
    let dnssec = delegation.dnssec.as_ref().map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    if !dnssec.ds.is_empty() {
        return Ok(match dnssec.chain.as_ref() {
            Ok(Chain { standing: Standing::Insecure, at, why, .. }) => fail(
                zone,
                format!("{zone} is signed in vain, because {at} {why}"),
                format!("Nothing can be done in {zone} itself: DNSSEC of {at} has to be turned on first."),
            ),
            Ok(_) => Verdict::Pass,
            Err(miss) => Verdict::inconclusive(miss.clone()),
        });
    }
    asked(delegation)?;
    match dnssec.keys.as_ref() {
        Err(miss) => Ok(Verdict::inconclusive(miss.clone())),
        Ok(keys) if keys.is_empty() => Ok(fail(
            zone,
            format!("{zone} is not signed with DNSSEC"),
            "Turn DNSSEC on at the DNS host and publish its DS record at the registrar.".to_owned(),
        )),
        Ok(keys) => {
            let tags: Vec<String> = keys.iter().map(ToString::to_string).collect();
            Ok(fail(
                zone,
                format!("{zone} is signed, but {parent} has no DS record for it, so nobody checks"),
                format!("Publish the DS record of the key {} at the registrar.", tags.join(" or ")),
            ))
        }
    }
}

fn fail(zone: &str, message: String, fix: String) -> Verdict {
    Verdict::fail(Finding::new(message).at(Place::dns(zone, "DS")).fix(fix))
}

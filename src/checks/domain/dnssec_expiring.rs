//! The signatures of the zone end within three days.
//!
//! Signers renew well before the end, so this one has stopped. When the signatures end, the domain is gone for everybody behind a validating resolver.
//!
//! ## Fix
//!
//! Find out why the signer no longer runs, and sign the zone again:
//! ```text
//! rndc sign example.com
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6781#section-4.4.2>

use super::{Early, signed};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/dnssec-expiring",
    title: "DNSSEC signatures that end soon",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Delegation(judge),
    source: include_str!("dnssec_expiring.rs"),
};

fn judge(delegation: &Delegation, context: &Context<'_>) -> Verdict {
    decide(delegation, context).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation, context: &Context<'_>) -> Early<Verdict> {
    let dnssec = signed(delegation)?;
    let (zone, now) = (&delegation.zone, context.now.as_second());
    let ends = dnssec.servers.values().filter_map(|signed| signed.got()).filter_map(|signed| signed.until);
    match ends.min() {
        // What has ended already is bogus, which another check says.
        Some(until) if (now..now.saturating_add(SOON)).contains(&until) => {
            let hours = (until - now) / 3_600;
            Ok(Verdict::fail(
                Finding::new(format!("the DNSSEC signatures of {zone} end in {hours} hours"))
                    .at(Place::dns(zone, "RRSIG"))
                    .confidence(Confidence::High)
                    .fix("Repair the signer and sign the zone again before they end."),
            ))
        }
        Some(_) => Ok(Verdict::Pass),
        None => {
            let missed = dnssec.servers.values().find_map(|signed| signed.as_ref().err());
            let none = || Verdict::not_applicable(format!("no signature of {zone} verifies"));
            Ok(missed.map_or_else(none, |miss| Verdict::inconclusive(miss.clone())))
        }
    }
}

/// Three days, in seconds.
const SOON: i64 = 3 * 86_400;

//! The zone is signed with an algorithm or a key that is not to be used any more.
//!
//! SHA-1 can be forged, and some systems already treat such zones as unsigned; RSA keys under 2048 bits are within reach of large attackers.
//!
//! ## Fix
//!
//! Roll over to algorithm 13 (ECDSA P-256), with a SHA-256 digest (type 2) in the DS:
//! ```text
//! example.com. DS 12345 13 2 ...
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9904>
//! - <https://www.rfc-editor.org/rfc/rfc9905>

use super::{Early, signed};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/dnssec-algorithm",
    title: "a weak DNSSEC algorithm",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("dnssec_algorithm.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let (zone, dnssec) = (&delegation.zone, signed(delegation)?);
    let old = dnssec.ds.iter().find(|ds| matches!(ds.algorithm, 1 | 3 | 5 | 6 | 7 | 12));
    let bits = dnssec.servers.values().filter_map(|signed| signed.got()?.rsa_bits).min();
    let why = if let Some(ds) = old {
        format!("is signed with algorithm {}, which is not to be used any more", ds.algorithm)
    } else if let Some(bits) = bits.filter(|bits| *bits < 2_048) {
        format!("has an RSA key of {bits} bits")
    } else {
        let missed = dnssec.servers.values().find_map(|signed| signed.as_ref().err());
        return Ok(missed.map_or(Verdict::Pass, |miss| Verdict::inconclusive(miss.clone())));
    };
    Ok(Verdict::fail(
        Finding::new(format!("{zone} {why}"))
            .at(Place::dns(zone, "DS"))
            .fix("Roll over to algorithm 13 (ECDSA P-256) and publish a DS with digest type 2."),
    ))
}

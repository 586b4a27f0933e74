//! A weak elliptic curve is accepted.
//!
//! Curves under 224 bits (`sect163…`, `secp160…`, `secp192…`) give less than 112 bits of security and are no longer
//! approved. A client that is talked into one agrees a key that a well-funded attacker can recover.
//!
//! ## Fix
//!
//! ```text
//! ssl_ecdh_curve X25519:prime256v1:secp384r1;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8422#section-5.1.1>
//! - <https://csrc.nist.gov/pubs/sp/800/186/final>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{KeyExchange, Version, curve_bits, group_name},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/weak-curve",
    title: "a weak elliptic curve is accepted",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("weak_curve.rs"),
};

/// Bits of a curve that holds (NIST SP 800-186).
const SOUND: u16 = 224;

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let mut weak: Vec<String> = Vec::new();
    for exchange in offers.known().flat_map(|(_, offered)| &offered.key_exchanges) {
        if let KeyExchange::Ecdhe { group } = exchange
            && let Some(bits) = curve_bits(*group).filter(|bits| *bits < SOUND)
        {
            weak.push(format!("{} ({bits} bits)", group_name(*group)));
        }
    }
    weak.sort();
    weak.dedup();
    if weak.is_empty() {
        return offers.gap([Version::Tls12]).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    let weak = weak.join(", ");
    Verdict::fail(
        Finding::new(format!("{} agrees keys over the curve {weak}", context.subject))
            .at(Place::endpoint(context.subject))
            .evidence("curves", weak)
            .fix("offer X25519, P-256 and P-384 alone")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "ssl_ecdh_curve X25519:prime256v1:secp384r1;".to_owned(),
            }),
    )
}

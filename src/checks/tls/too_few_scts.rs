//! The certificate carries too few certificate transparency timestamps.
//!
//! Chrome, Safari and Firefox refuse a publicly trusted certificate that is not in enough transparency logs:
//! two timestamps for a lifetime of up to 180 days, three for a longer one. They can also come in the TLS
//! handshake, which is rare and not seen here.
//!
//! ## Fix
//!
//! Have the certificate issued again by a CA that embeds timestamps; all public CAs do by default.
//!
//! ## References
//!
//! - <https://googlechrome.github.io/CertificateTransparency/ct_policy.html>
//! - <https://support.apple.com/103214>
//! - <https://www.rfc-editor.org/rfc/rfc6962#section-3.3>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/too-few-scts",
    title: "too few certificate transparency timestamps",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("too_few_scts.rs"),
};

/// Timestamps that do not come in the certificate: two, whatever its lifetime.
const BESIDE: usize = 2;
const HALF_A_YEAR: i64 = 180 * 86_400;

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    match endpoint.trust.as_ref() {
        Ok(trust) if !trust.public => {
            return Verdict::not_applicable("the chain leads to no public root");
        }
        Ok(_) => {}
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    }
    let needed = if leaf.lifetime() > HALF_A_YEAR { 3 } else { 2 };
    let scts = endpoint.scts.got().map(Vec::as_slice).unwrap_or_default();
    let beside = scts.iter().filter(|sct| sct.source != "certificate").count();
    if leaf.scts >= needed || beside >= BESIDE {
        return Verdict::Pass;
    }
    if leaf.scts == 0 && hides_handshake(endpoint) {
        return Verdict::inconclusive(Miss::Unsupported(
            "timestamps that come in the handshake, which TLS 1.3 encrypts, and nothing older is offered"
                .to_owned(),
        ));
    }
    Verdict::fail(
        Finding::new(format!(
            "the certificate of {} carries {} transparency timestamps where browsers want {needed}",
            endpoint.host, leaf.scts
        ))
        .at(Place::endpoint(context.subject))
        .evidence("embedded timestamps", leaf.scts.to_string())
        .evidence("in the handshake or the staple", beside.to_string())
        .evidence("issuer", leaf.issuer.clone())
        .fix("have the certificate issued again by a CA that embeds enough timestamps"),
    )
}

/// Does nothing show whether timestamps come in the handshake?
fn hides_handshake(endpoint: &Endpoint) -> bool {
    endpoint.offers.got().is_some_and(|offers| offers.known().all(|(version, _)| version == Version::Tls13))
}

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
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
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
    if leaf.scts >= needed {
        return Verdict::Pass;
    }
    Verdict::fail(
        Finding::new(format!(
            "the certificate of {} carries {} transparency timestamps where browsers want {needed}",
            endpoint.host, leaf.scts
        ))
        .at(Place::endpoint(context.subject))
        .evidence("embedded timestamps", leaf.scts.to_string())
        .evidence("issuer", leaf.issuer.clone())
        .fix("have the certificate issued again by a CA that embeds enough timestamps"),
    )
}

//! The chain holds a cross-certificate that has expired.
//!
//! Authorities have their root signed by an older one, so that devices that know only the older one accept it. Once that certificate has expired, current clients pass it over and use the root that they know; older ones (OpenSSL before 1.1, many embedded devices and payment terminals) follow the chain as it was sent and refuse the site.
//!
//! ## Fix
//!
//! Install the chain that the authority serves today, without the expired certificate:
//! ```text
//! certbot renew --force-renewal
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc4158#section-2.4.1>
//! - <https://letsencrypt.org/docs/dst-root-ca-x3-expiration-september-2021/>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::order,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Verification},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/expired-cross-sign",
    title: "an expired cross-certificate is sent",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("expired_cross_sign.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (chain, trust) = match (endpoint.chain.as_ref(), endpoint.trust.as_ref()) {
        (Ok(chain), Ok(trust)) => (chain, trust),
        (Err(miss), _) | (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    if trust.now != Verification::Trusted {
        return Verdict::not_applicable("the chain does not verify at all");
    }
    let surplus = order(chain).surplus;
    let on_path = chain.iter().enumerate().skip(1).filter(|(index, _)| !surplus.contains(index));
    let ended = on_path.filter(|(_, one)| !one.self_issued && one.not_after < context.now);
    let findings = ended.map(|(_, one)| {
        Finding::new(format!(
            "{} sends the certificate of `{}` that `{}` signed and that expired on {}, which older clients refuse",
            endpoint.host, one.subject, one.issuer, one.not_after
        ))
        .key(one.sha256.as_str())
        .at(Place::endpoint(context.subject))
        .evidence("not after", one.not_after.to_string())
        .fix("install the chain that the authority serves today, without the expired certificate")
    });
    Verdict::from_findings(findings.collect())
}

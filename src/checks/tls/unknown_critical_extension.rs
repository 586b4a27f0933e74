//! A certificate has a critical extension that no client knows.
//!
//! RFC 5280 obliges every client to refuse a certificate with a critical extension that it does not understand. It
//! usually comes from a private CA's own profile.
//!
//! ## Fix
//!
//! Have the certificate issued again without the extension, or with the extension not critical:
//! ```text
//! 1.2.3.4 = ASN1:UTF8String:text
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.2>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Verification},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/unknown-critical-extension",
    title: "a critical extension is unknown",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("unknown_critical_extension.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let chain = match endpoint.chain.as_ref() {
        Ok(chain) => chain,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    // Where a path leads to a root without it, clients go round it.
    let avoided = endpoint.trust.as_ref().is_ok_and(|trust| trust.in_time == Verification::Trusted);
    let odd = chain.iter().filter(|certificate| !certificate.unknown_critical.is_empty());
    let findings = odd.map(|certificate| {
        let oids = certificate.unknown_critical.join(", ");
        Finding::new(format!("`{}` has the unknown critical extension {oids}", certificate.subject))
            .severity(if avoided { Severity::Low } else { Severity::High })
            .key(certificate.subject.clone())
            .root("tls/trust")
            .at(Place::endpoint(context.subject))
            .evidence("extensions", oids)
            .fix("have the certificate issued again without the extension")
    });
    Verdict::from_findings(findings.collect())
}

//! Secure renegotiation is missing.
//!
//! Without RFC 5746 an attacker can put a request of their own before a visitor's and have the server treat both as one
//! (CVE-2009-3555). Every library has had it since 2010, and current clients refuse servers without it.
//!
//! ## Fix
//!
//! Upgrade the TLS library to a supported release, and do not set legacy renegotiation options:
//! ```text
//! openssl version
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5746>
//! - <https://nvd.nist.gov/vuln/detail/CVE-2009-3555>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/insecure-renegotiation",
    title: "secure renegotiation is missing",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("insecure_renegotiation.rs"),
};

/// SSL 3.0 has no extension to say it in.
const WITH_EXTENSIONS: [Version; 3] = [Version::Tls12, Version::Tls11, Version::Tls10];

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let mut old = offers.known().filter(|(version, _)| WITH_EXTENSIONS.contains(version)).peekable();
    if old.peek().is_none() {
        let why = "only TLS 1.3 is offered, which has no such thing";
        return offers
            .missed(Version::Tls12)
            .map_or_else(|| Verdict::not_applicable(why), Verdict::inconclusive);
    }
    let found: Vec<&str> =
        old.filter(|(_, offered)| !offered.secure_renegotiation).map(|(version, _)| version.name()).collect();
    if found.is_empty() {
        return offers.missed(Version::Tls12).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    let found = found.join(", ");
    Verdict::fail(
        Finding::new(format!("{} does not support secure renegotiation under {found}", context.subject))
            .at(Place::endpoint(context.subject))
            .evidence("missing under", found)
            .fix("upgrade the TLS library to a release with RFC 5746"),
    )
}

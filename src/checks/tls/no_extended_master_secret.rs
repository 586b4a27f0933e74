//! The extended master secret is missing.
//!
//! Without RFC 7627 the keys of a session are not bound to its handshake, so that a hostile server can splice two sessions
//! (triple handshake). OpenSSL has had it since 1.1.0 and Go since 1.21; FIPS 140-3 demands it.
//!
//! ## Fix
//!
//! Upgrade the TLS library, or offer TLS 1.3, which always binds them:
//! ```text
//! ssl_protocols TLSv1.2 TLSv1.3;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7627>
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-3.5>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-extended-master-secret",
    title: "the extended master secret is missing",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_extended_master_secret.rs"),
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
    let found: Vec<&str> = old
        .filter(|(_, offered)| !offered.extended_master_secret)
        .map(|(version, _)| version.name())
        .collect();
    if found.is_empty() {
        return offers.missed(Version::Tls12).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    let found = found.join(", ");
    Verdict::fail(
        Finding::new(format!(
            "{} does not support the extended master secret under {found}",
            context.subject
        ))
        .at(Place::endpoint(context.subject))
        .evidence("missing under", found)
        .fix("upgrade the TLS library to a release with RFC 7627"),
    )
}

//! No suite with authenticated encryption (AEAD) is offered.
//!
//! CBC suites authenticate before they encrypt; padding-oracle attacks on them (Lucky Thirteen, Zombie POODLE) return every few
//! years. AES-GCM and ChaCha20-Poly1305 have been in every library since 2014 and are faster.
//!
//! ## Fix
//!
//! Offer forward-secret AEAD suites alone:
//! ```text
//! ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-4.2>
//! - <https://www.rfc-editor.org/rfc/rfc7366>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{Cipher, Version},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-aead",
    title: "no authenticated encryption is offered",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_aead.rs"),
};

const SUITES: &str = "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
                      ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;";

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let modern = [Version::Tls13, Version::Tls12];
    let has_aead = |version: &Version| {
        offers
            .offers(*version)
            .is_some_and(|offered| offered.known_suites().any(|suite| suite.cipher() == Cipher::Aead))
    };
    if modern.iter().any(has_aead) {
        return Verdict::Pass;
    }
    if let Some(miss) = offers.gap(modern) {
        return Verdict::inconclusive(miss);
    }
    if offers.offers(Version::Tls12).is_none() {
        return Verdict::not_applicable("older versions have none: see tls/no-modern-version");
    }
    let found = offers.shown(|_| true);
    Verdict::fail(
        Finding::new(format!("{} offers no authenticated encryption, only {found}", context.subject))
            .root("tls/suites")
            .at(Place::endpoint(context.subject))
            .evidence("suites", found)
            .fix("offer AES-GCM and ChaCha20-Poly1305 suites and TLS 1.3")
            .patch(Patch::Snippet { language: "nginx".to_owned(), text: SUITES.to_owned() }),
    )
}

//! TLS 1.2 is offered with suites in CBC mode.
//!
//! CBC in TLS authenticates first and encrypts afterwards, which has needed one countermeasure after another (Lucky Thirteen, GOLDENDOODLE, Zombie POODLE). A careful library is not known to be broken; every client with TLS 1.2 that matters has AES-GCM or ChaCha20-Poly1305 too, so nothing is lost without them.
//!
//! ## Fix
//!
//! Offer authenticated encryption alone:
//! ```text
//! ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-4.2>
//! - <https://www.isg.rhul.ac.uk/tls/Lucky13.html>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{Cipher, Suite, Version},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/cbc-suite",
    title: "TLS 1.2 is offered with CBC suites",
    station: Station::Tls,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("cbc_suite.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let Some(offered) = offers.offers(Version::Tls12) else {
        let miss = offers.missed(Version::Tls12);
        return miss.map_or_else(|| Verdict::not_applicable("TLS 1.2 is not offered"), Verdict::inconclusive);
    };
    // Weaker ones have checks of their own.
    let is_plain = |suite: &Suite| suite.cipher() == Cipher::Cbc && suite.has_forward_secrecy();
    let found: Vec<&str> = offered.known_suites().filter(is_plain).map(|suite| suite.name).collect();
    if found.is_empty() {
        return offered.cut.clone().map_or(Verdict::Pass, Verdict::inconclusive);
    }
    let found = found.join(", ");
    Verdict::fail(
        Finding::new(format!("{} offers CBC suites under TLS 1.2: {found}", context.subject))
            .root("tls/suites")
            .at(Place::endpoint(context.subject))
            .evidence("suites", found)
            .fix("offer only AES-GCM and ChaCha20-Poly1305 suites under TLS 1.2"),
    )
}

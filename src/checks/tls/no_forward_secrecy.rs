//! No key exchange with forward secrecy is offered.
//!
//! Every session is protected by the certificate's own key: whoever obtains it later, from a backup or a broken server, reads
//! all traffic that was ever recorded. Current clients refuse such a server or mark it.
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
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-4.1>
//! - <https://www.rfc-editor.org/rfc/rfc7525#section-6.3>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{Suite, Version},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-forward-secrecy",
    title: "no key exchange with forward secrecy is offered",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_forward_secrecy.rs"),
};

const SUITES: &str = "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
                      ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;";

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if offers.known().any(|(_, offered)| offered.known_suites().any(Suite::has_forward_secrecy)) {
        return Verdict::Pass;
    }
    if let Some(miss) = offers.gap([Version::Tls13, Version::Tls12]) {
        return Verdict::inconclusive(miss);
    }
    let found = offers.shown(|_| true);
    if found.is_empty() {
        return Verdict::not_applicable("it offers SSL 2.0 alone: see tls/ssl2-offered");
    }
    Verdict::fail(
        Finding::new(format!("{} offers no suite with forward secrecy, only {found}", context.subject))
            .root("tls/suites")
            .at(Place::endpoint(context.subject))
            .evidence("suites", found)
            .fix("offer ECDHE suites and TLS 1.3")
            .patch(Patch::Snippet { language: "nginx".to_owned(), text: SUITES.to_owned() }),
    )
}

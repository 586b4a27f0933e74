//! Key exchange without forward secrecy is accepted.
//!
//! With RSA key transport (`TLS_RSA_…`) and static Diffie-Hellman the certificate's own key protects every session: whoever
//! obtains it later reads all recorded traffic, and implementations keep failing to hide padding errors (ROBOT,
//! Marvin). Where the server prefers ephemeral keys, only very old clients are concerned.
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
//! - <https://robotattack.org/>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{Exchange, Suite, Version},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Endpoint, Offered},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/rsa-key-transport",
    title: "RSA key transport is accepted",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("rsa_key_transport.rs"),
};

const SUITES: &str = "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
                      ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;";

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if offers.known().all(|(_, offered)| !offered.known_suites().any(Suite::has_forward_secrecy)) {
        return Verdict::not_applicable("nothing else is offered: see tls/no-forward-secrecy");
    }
    let preferred = offers.known().any(|(_, offered)| prefers_it(offered));
    let found = offers.shown(lacks_secrecy);
    if found.is_empty() {
        return offers.gap([Version::Tls12]).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    Verdict::fail(
        Finding::new(format!("{} accepts key exchange without forward secrecy: {found}", context.subject))
            .severity(if preferred { Severity::Medium } else { Severity::Low })
            .root("tls/suites")
            .at(Place::endpoint(context.subject))
            .evidence("suites", found)
            .fix("remove the suites whose names begin with TLS_RSA, TLS_DH_ and TLS_ECDH_")
            .patch(Patch::Snippet { language: "nginx".to_owned(), text: SUITES.to_owned() }),
    )
}

/// Anonymous suites are another matter, and so is what has no encryption to keep secret.
fn lacks_secrecy(suite: Suite) -> bool {
    matches!(suite.exchange(), Exchange::Rsa | Exchange::Static)
}

/// The server's own first choice, or the only choice under a version.
fn prefers_it(offered: &Offered) -> bool {
    let first = offered.known_suites().next().is_some_and(lacks_secrecy);
    let secret = offered.known_suites().any(Suite::has_forward_secrecy);
    first && (offered.own_order == Some(true) || !secret)
}

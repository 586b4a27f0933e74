//! A client may begin one handshake after another on a connection.
//!
//! Under TLS 1.2 a client may ask for a new handshake at any time (RFC 5246 section 7.4.1.1). Each costs the server a
//! private-key operation and the client next to nothing, and limits on new connections do not count them: one connection
//! can keep a processor busy (CVE-2011-1473). It has also been a way to crash servers (CVE-2021-3449). No browser needs
//! it.
//!
//! The server was asked once and answered with a ServerHello; the second handshake was not completed. Low, because a
//! flood of new connections costs a server almost as much, and because it may limit how often it does so: Node.js allows
//! three in ten minutes.
//!
//! ## Fix
//!
//! nginx and current Apache refuse it by themselves. In a server of your own on OpenSSL, set this option:
//! ```text
//! SSL_OP_NO_RENEGOTIATION
//! ```
//! In Node.js:
//! ```text
//! https.createServer({ secureOptions: crypto.constants.SSL_OP_NO_RENEGOTIATION, … })
//! ```
//! Start Java with:
//! ```text
//! -Djdk.tls.rejectClientInitiatedRenegotiation=true
//! ```
//! Or offer TLS 1.3 alone, which has no renegotiation.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5246#section-7.4.1.1>
//! - <https://nvd.nist.gov/vuln/detail/CVE-2011-1473>
//! - <https://docs.openssl.org/3.0/man3/SSL_CTX_set_options/>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Renegotiation},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/client-renegotiation",
    title: "clients may renegotiate",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("client_renegotiation.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    match endpoint.renegotiation.as_ref() {
        Ok(Renegotiation::Refused(_)) => Verdict::Pass,
        Ok(Renegotiation::Accepted) => Verdict::fail(
            Finding::new(format!(
                "{} begins a second handshake under TLS 1.2 when the client asks for one on an open connection",
                context.subject
            ))
            .at(Place::endpoint(context.subject))
            .evidence("answer to a second ClientHello", "ServerHello")
            .fix("refuse renegotiation that the client begins, or offer TLS 1.3 alone"),
        ),
        Err(_) if is_tls13_alone(endpoint) => {
            Verdict::not_applicable("only TLS 1.3 is offered, which has no renegotiation")
        }
        Err(miss) => Verdict::inconclusive(miss.clone()),
    }
}

fn is_tls13_alone(endpoint: &Endpoint) -> bool {
    endpoint.offers.got().is_some_and(|offers| {
        offers.missed(Version::Tls12).is_none()
            && offers.known().all(|(version, _)| version == Version::Tls13)
    })
}

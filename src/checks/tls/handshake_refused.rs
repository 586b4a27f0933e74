//! The server refuses the TLS handshake for this name.
//!
//! The server speaks TLS but has no certificate for the host: it ends the handshake with an alert, for every
//! visitor alike. The usual causes are a virtual host that was never configured and a CDN on which the custom
//! domain is not active yet.
//!
//! ## Fix
//!
//! Add the name to the server's (or the CDN's) configuration and issue its certificate:
//! ```text
//! server {
//!     listen 443 ssl;
//!     server_name example.com;
//! }
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6066#section-3>
//! - <https://www.rfc-editor.org/rfc/rfc8446#section-6.2>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Refusal},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/handshake-refused",
    title: "the server refuses the handshake for this name",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("handshake_refused.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let alert = match (&endpoint.refusal, endpoint.session.as_ref()) {
        (Some(Refusal::Alert(alert)), _) => alert.as_str(),
        (Some(Refusal::PlainHttp), _) => {
            return Verdict::not_applicable("it speaks no TLS: see tls/plain-http");
        }
        (Some(Refusal::OldVersion), _) => return old(),
        (None, Ok(_)) => return Verdict::Pass,
        (None, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    let confidence = match alert {
        "unrecognized_name" => Confidence::High,
        // What a server without a certificate for the name says, but also one in passing trouble.
        "internal_error" | "access_denied" => Confidence::Medium,
        "protocol_version" => return old(),
        // Perhaps no suite in common with this client only: then other hellos were answered.
        _ => {
            return endpoint.offers().map_or_else(Verdict::inconclusive, |_| Verdict::Pass);
        }
    };
    Verdict::fail(
        Finding::new(format!("{} refuses the TLS handshake with the alert {alert}", context.subject))
            .confidence(confidence)
            .root("tls/handshake")
            .at(Place::endpoint(context.subject))
            .evidence("alert", alert)
            .fix(format!("configure a certificate for {} on the server or CDN that answers", endpoint.host)),
    )
}

fn old() -> Verdict {
    Verdict::not_applicable("its version is too old: see tls/no-modern-version")
}

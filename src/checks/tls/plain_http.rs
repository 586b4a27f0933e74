//! The port answers in plain HTTP where TLS belongs.
//!
//! A ClientHello got an HTTP answer: the listener has no TLS at all. Every `https://` visitor gets an error, and
//! whatever reaches it otherwise travels in the clear.
//!
//! ## Fix
//!
//! Switch TLS on for the listener:
//! ```text
//! listen 443 ssl;
//! ssl_certificate     /etc/letsencrypt/live/example.com/fullchain.pem;
//! ssl_certificate_key /etc/letsencrypt/live/example.com/privkey.pem;
//! ```
//!
//! ## References
//!
//! - <https://nginx.org/en/docs/http/configuring_https_servers.html>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Endpoint, Refusal},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/plain-http",
    title: "HTTP is spoken where TLS belongs",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("plain_http.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    if endpoint.refusal == Some(Refusal::PlainHttp) {
        return Verdict::fail(
            Finding::new(format!("{} answers a TLS handshake in plain HTTP", context.subject))
                .root("tls/handshake")
                .at(Place::endpoint(context.subject))
                .evidence("first bytes received", "HTTP/")
                .fix("switch TLS on for this listener")
                .patch(Patch::Snippet {
                    language: "nginx".to_owned(),
                    text: format!("listen {} ssl;", endpoint.port),
                }),
        );
    }
    match (&endpoint.refusal, endpoint.session.as_ref()) {
        // An alert is TLS.
        (Some(_), _) | (None, Ok(_)) => Verdict::Pass,
        (None, Err(miss)) => Verdict::inconclusive(miss.clone()),
    }
}

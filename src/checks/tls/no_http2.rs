//! HTTP/2 is not offered.
//!
//! Every browser has had it since 2015. Over HTTP/1.1 a page with many files waits for six connections at a time, which visitors with a slow network notice first. Not a matter of security.
//!
//! ## Fix
//!
//! For nginx 1.25.1 and newer (before that: `listen 443 ssl http2;`):
//! ```text
//! http2 on;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9113#section-3.2>
//! - <https://nginx.org/en/docs/http/ngx_http_v2_module.html>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-http2",
    title: "HTTP/2 is not offered",
    station: Station::Tls,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_http2.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let session = match endpoint.session.as_ref() {
        Ok(session) => session,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    if session.alpn.as_deref() == Some("h2") {
        return Verdict::Pass;
    }
    let chosen = session.alpn.as_deref().unwrap_or("nothing");
    Verdict::fail(
        Finding::new(format!(
            "{} does not offer HTTP/2: asked for h2 and http/1.1, it chose {chosen}",
            context.subject
        ))
        .at(Place::endpoint(context.subject))
        .evidence("ALPN", chosen)
        .fix("switch HTTP/2 on in the web server")
        .patch(Patch::Snippet { language: "nginx".to_owned(), text: "http2 on;".to_owned() }),
    )
}

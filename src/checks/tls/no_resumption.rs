//! The server gives out no session tickets, so every connection begins anew.
//!
//! A client that comes back with a ticket saves the server a signature and, under TLS 1.2, itself a round trip. Not a matter of security: a site with few visitors loses nothing.
//!
//! ## Fix
//!
//! For nginx:
//! ```text
//! ssl_session_cache shared:TLS:10m;
//! ssl_session_timeout 1d;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8446#section-2.2>
//! - <https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_session_cache>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-resumption",
    title: "sessions are not resumed",
    station: Station::Tls,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_resumption.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let resumption = match endpoint.session.as_ref().and_then(|session| session.resumption.as_ref()) {
        Ok(resumption) => resumption,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    if resumption.offered {
        return Verdict::Pass;
    }
    // Some stacks hold tickets of TLS 1.3 back until they answer a request.
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if offers.known().any(|(_, offered)| offered.tickets) {
        return Verdict::Pass;
    }
    Verdict::fail(
        Finding::new(format!("{} lets no client resume a session", context.subject))
            .at(Place::endpoint(context.subject))
            .fix("give the web server a session cache or tickets"),
    )
}

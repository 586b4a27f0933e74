//! The certificate demands a stapled OCSP response, and the server sends none.
//!
//! A certificate with the TLS feature `status_request` ("must-staple") is refused by Firefox and others when no OCSP
//! response comes with it. nginx staples only after it has fetched one, so the first handshake after a start
//! may miss it; CAs that have given OCSP up (Let's Encrypt in 2025) leave nothing to staple.
//!
//! ## Fix
//!
//! Have the certificate issued again without the feature, or switch stapling on:
//! ```text
//! ssl_stapling on;
//! ssl_stapling_verify on;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7633>
//! - <https://letsencrypt.org/2024/12/05/ending-ocsp>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/must-staple",
    title: "the certificate demands a stapled answer and none is sent",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("must_staple.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (leaf, session) = match (endpoint.leaf(), endpoint.session.as_ref()) {
        (Ok(leaf), Ok(session)) => (leaf, session),
        (Err(miss), _) => return Verdict::inconclusive(miss),
        (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    if !leaf.must_staple || session.stapled {
        return Verdict::Pass;
    }
    let why = if leaf.ocsp { "" } else { ", and its CA has no OCSP responder to fetch one from" };
    Verdict::fail(
        Finding::new(format!(
            "the certificate of {} demands a stapled response; none was sent{why}",
            endpoint.host
        ))
        .confidence(if leaf.ocsp { Confidence::Medium } else { Confidence::High })
        .at(Place::endpoint(context.subject))
        .evidence("TLS feature", "status_request")
        .evidence("OCSP responder named", if leaf.ocsp { "yes" } else { "no" })
        .fix("have the certificate issued again without must-staple, or switch OCSP stapling on"),
    )
}

//! The server's own certificate may sign others.
//!
//! A leaf with `CA:TRUE` puts a key that can sign certificates for any name on an internet-facing server, and
//! strict clients refuse it as a server certificate. It usually comes from `openssl req -x509`, whose
//! default configuration makes CA certificates.
//!
//! ## Fix
//!
//! Issue the certificate again as an end-entity certificate:
//! ```text
//! basicConstraints = critical, CA:FALSE
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/leaf-is-ca",
    title: "the server's certificate is a CA certificate",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("leaf_is_ca.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if leaf.ca != Some(true) {
        return Verdict::Pass;
    }
    Verdict::fail(
        Finding::new(format!("the certificate of {} is a CA certificate (CA:TRUE)", endpoint.host))
            .at(Place::endpoint(context.subject))
            .evidence("subject", leaf.subject.clone())
            .evidence("basic constraints", "CA:TRUE")
            .fix("issue the server's certificate again with basicConstraints CA:FALSE"),
    )
}

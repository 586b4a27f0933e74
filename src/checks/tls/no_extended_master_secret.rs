//! The extended master secret is missing.
//!
//! Without RFC 7627 the keys of a session are not bound to its handshake, so that a hostile server can splice two sessions
//! (triple handshake). OpenSSL has had it since 1.1.0 and Go since 1.21; FIPS 140-3 demands it.
//!
//! ## Fix
//!
//! Upgrade the TLS library, or offer TLS 1.3, which always binds them:
//! ```text
//! ssl_protocols TLSv1.2 TLSv1.3;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7627>
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-3.5>

use super::{WITH_EXTENSIONS, amiss_under};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-extended-master-secret",
    title: "the extended master secret is missing",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_extended_master_secret.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let found = match amiss_under(endpoint, WITH_EXTENSIONS, |offered| !offered.extended_master_secret) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    Verdict::fail(
        Finding::new(format!(
            "{} does not support the extended master secret under {found}",
            context.subject
        ))
        .at(Place::endpoint(context.subject))
        .evidence("missing under", found)
        .fix("upgrade the TLS library to a release with RFC 7627"),
    )
}

//! Secure renegotiation is missing.
//!
//! Without RFC 5746 an attacker can put a request of their own before a visitor's and have the server treat both as one
//! (CVE-2009-3555). Every library has had it since 2010, and current clients refuse servers without it.
//!
//! ## Fix
//!
//! Upgrade the TLS library to a supported release, and do not set legacy renegotiation options:
//! ```text
//! openssl version
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5746>
//! - <https://nvd.nist.gov/vuln/detail/CVE-2009-3555>

use super::{WITH_EXTENSIONS, amiss_under};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/insecure-renegotiation",
    title: "secure renegotiation is missing",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("insecure_renegotiation.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let found = match amiss_under(endpoint, WITH_EXTENSIONS, |offered| !offered.secure_renegotiation) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    Verdict::fail(
        Finding::new(format!("{} does not support secure renegotiation under {found}", context.subject))
            .at(Place::endpoint(context.subject))
            .evidence("missing under", found)
            .fix("upgrade the TLS library to a release with RFC 5746"),
    )
}

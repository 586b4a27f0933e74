//! SSL 3.0 is accepted.
//!
//! Its padding is not covered by the MAC, so an attacker on the path reads cookies byte by byte (POODLE, 2014).
//! Nothing current asks for it; a server that accepts it runs a library without a decade of fixes.
//!
//! ## Fix
//!
//! ```text
//! ssl_protocols TLSv1.2 TLSv1.3;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7568>
//! - <https://nvd.nist.gov/vuln/detail/CVE-2014-3566>

use super::no_version;
use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/ssl3-offered",
    title: "SSL 3.0 is accepted",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("ssl3_offered.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    no_version(endpoint, context, Version::Ssl3)
}

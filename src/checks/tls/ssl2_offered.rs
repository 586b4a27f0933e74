//! SSL 2.0 is accepted.
//!
//! SSL 2.0 has been broken since 1996. Worse, a server that still speaks it lets an attacker decrypt TLS sessions
//! of every other server with the same RSA key (DROWN, 2016). Nothing current asks for it.
//!
//! ## Fix
//!
//! ```text
//! ssl_protocols TLSv1.2 TLSv1.3;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6176>
//! - <https://drownattack.com/>

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
    id: "tls/ssl2-offered",
    title: "SSL 2.0 is accepted",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("ssl2_offered.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    no_version(endpoint, context, Version::Ssl2)
}

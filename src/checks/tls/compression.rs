//! TLS compression is on.
//!
//! The length of a compressed request tells how much a guess has in common with a cookie, so an attacker who can make a
//! browser send requests reads session cookies (CRIME). No browser has offered compression since 2012.
//!
//! ## Fix
//!
//! Upgrade the TLS library (OpenSSL since 1.1.0 has it off), or switch it off. For Apache:
//! ```text
//! SSLCompression off
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-3.3>
//! - <https://nvd.nist.gov/vuln/detail/CVE-2012-4929>

use super::amiss_under;
use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/compression",
    title: "TLS compression is on",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("compression.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let found = match amiss_under(endpoint, &Version::BEFORE_13, |offered| offered.compression) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    Verdict::fail(
        Finding::new(format!("{} accepts TLS compression under {found}", context.subject))
            .at(Place::endpoint(context.subject))
            .evidence("compression under", found)
            .fix("switch TLS compression off, or upgrade the TLS library"),
    )
}

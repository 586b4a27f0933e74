//! A cipher suite authenticates its records with MD5.
//!
//! HMAC with MD5 is not broken, but nothing that needs it is worth a connection: such suites come with RC4 or
//! with no encryption, and standards forbid them.
//!
//! ## Fix
//!
//! Offer forward-secret AEAD suites alone:
//! ```text
//! ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6151>
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-4.1>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/md5-suite",
    title: "a suite authenticates with MD5",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("md5_suite.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let found = offers.shown(|suite| suite.name.ends_with("_MD5"));
    if found.is_empty() {
        return offers.gap([Version::Tls12]).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    Verdict::fail(
        Finding::new(format!("{} accepts suites with MD5: {found}", context.subject))
            .root("tls/suites")
            .at(Place::endpoint(context.subject))
            .evidence("suites", found)
            .fix("remove every suite with MD5"),
    )
}

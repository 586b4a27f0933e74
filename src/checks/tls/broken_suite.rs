//! Suites without real protection are accepted.
//!
//! Suites without encryption (NULL), without authentication (anonymous), of export strength (40 and 56 bits) and with
//! single DES protect nothing: whoever is on the path reads or impersonates. They come from cipher strings such as
//! `ALL` or `DEFAULT` at a lowered security level. Versions for which the server gave no clear answer are reported by
//! tls/legacy-version and tls/ssl3-offered.
//!
//! ## Fix
//!
//! Offer forward-secret AEAD suites alone:
//! ```text
//! ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-4.1>
//! - <https://nvd.nist.gov/vuln/detail/CVE-2015-0204>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{Cipher, Exchange, Suite, Version},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Endpoint, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/broken-suite",
    title: "suites without real protection are accepted",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("broken_suite.rs"),
};

const SUITES: &str = "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
                      ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;";

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let found = offers.shown(is_broken);
    if found.is_empty() && offers.offers(Version::Ssl2).is_some() {
        // Most of its ciphers are weak, and which ones are offered is not asked.
        return Verdict::inconclusive(Miss::Unsupported("the suites of SSL 2.0".to_owned()));
    }
    if found.is_empty() {
        return offers.gap([Version::Tls12]).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    Verdict::fail(
        Finding::new(format!("{} accepts suites without real protection: {found}", context.subject))
            .root("tls/suites")
            .at(Place::endpoint(context.subject))
            .evidence("suites", found)
            .fix("offer forward-secret AEAD suites alone")
            .patch(Patch::Snippet { language: "nginx".to_owned(), text: SUITES.to_owned() }),
    )
}

/// No encryption, no authentication, export strength, or a key of 56 bits.
fn is_broken(suite: Suite) -> bool {
    suite.exchange() == Exchange::Anonymous
        || matches!(suite.cipher(), Cipher::Null | Cipher::Export | Cipher::Des)
}

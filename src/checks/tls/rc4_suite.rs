//! RC4 is accepted.
//!
//! Biases of its key stream reveal cookies and passwords that are sent often (Bar Mitzvah, RC4 NOMORE). RFC 7465 forbids
//! it in every version of TLS, and no browser has offered it since 2016.
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
//! - <https://www.rfc-editor.org/rfc/rfc7465>
//! - <https://www.rc4nomore.com/>

use super::no_suite;
use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Cipher,
    finding::{Confidence, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/rc4-suite",
    title: "RC4 is accepted",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("rc4_suite.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let words = ("RC4", "remove every RC4 suite");
    no_suite(endpoint, context, words, |suite| suite.cipher() == Cipher::Rc4)
}

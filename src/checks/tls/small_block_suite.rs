//! Ciphers with 64-bit blocks are accepted.
//!
//! 3DES, IDEA and RC2 encrypt blocks of 64 bits. After some tens of gigabytes of one session blocks collide and reveal
//! plaintext (SWEET32). Scanners for card schemes fail a site for them, and no current client needs them.
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
//! - <https://sweet32.info/>
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-4.1>

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
    id: "tls/small-block-suite",
    title: "ciphers with 64-bit blocks are accepted",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("small_block_suite.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let words = ("ciphers with 64-bit blocks", "remove every 3DES, IDEA and RC2 suite");
    no_suite(endpoint, context, words, |suite| suite.cipher() == Cipher::SmallBlock)
}

//! Only classes of cipher suites were asked for, because the server is far away.
//!
//! Asking for every suite takes a round trip each. Where one takes more than 30 ms, one suite of each class is asked
//! for instead: no encryption, export, DES, RC4, 64-bit blocks, anonymous, without forward secrecy, AEAD.
//! Every check is decided by that; the list of suites is not complete.
//!
//! ## Fix
//!
//! Nothing is wrong. For the full list run the audit from a machine near the server:
//! ```text
//! gonogo audit https://example.com --only tls
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5246#section-7.4.1>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/sampled-suites",
    title: "only classes of suites were asked for",
    station: Station::Tls,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("sampled_suites.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let sampled: Vec<String> = offers
        .known()
        .filter(|(_, offered)| offered.sampled)
        .map(|(version, _)| version.to_string())
        .collect();
    if sampled.is_empty() {
        return Verdict::Pass;
    }
    let versions = sampled.join(", ");
    Verdict::fail(
        Finding::new(format!("{} is far away: classes of suites only under {versions}", context.subject))
            .at(Place::endpoint(context.subject))
            .evidence("versions", versions)
            .fix("run the audit near the server for the full list of suites"),
    )
}

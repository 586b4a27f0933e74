//! A suite is offered that no current browser knows.
//!
//! SEED, CAMELLIA, ARIA, SM4 and the GOST ciphers, DSS signatures, Kerberos, pre-shared keys: not broken, but each is code that nobody tests any more and that strangers can reach. They are usually there because a list begins with `HIGH` or `ALL`.
//!
//! ## Fix
//!
//! Name the suites that are wanted in place of a class:
//! ```text
//! ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-4.2>
//! - <https://www.iana.org/assignments/tls-parameters/>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{Suite, Version},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/leftover-suite",
    title: "a suite that no browser knows is offered",
    station: Station::Tls,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("leftover_suite.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let found = offers.shown(Suite::is_leftover);
    if found.is_empty() {
        return offers.gap([Version::Tls12]).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    Verdict::fail(
        Finding::new(format!("{} offers suites that no browser knows: {found}", context.subject))
            .root("tls/suites")
            .at(Place::endpoint(context.subject))
            .evidence("suites", found)
            .fix("name the suites that are wanted in place of a class such as `HIGH` or `ALL`"),
    )
}

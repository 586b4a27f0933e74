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

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Patch, Place, Severity},
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
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if offers.offers(Version::Ssl3).is_none() {
        return offers.missed(Version::Ssl3).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    Verdict::fail(
        Finding::new(format!("{} accepts SSL 3.0", context.subject))
            .confidence(Confidence::High)
            .root("tls/versions")
            .at(Place::endpoint(context.subject))
            .evidence("accepted", "SSL 3.0")
            .fix("switch SSL 3.0 off and offer TLS 1.2 and 1.3 alone")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "ssl_protocols TLSv1.2 TLSv1.3;".to_owned(),
            }),
    )
}

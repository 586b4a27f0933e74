//! TLS 1.0 or TLS 1.1 is accepted.
//!
//! Both were deprecated in 2021: they rest on MD5 and SHA-1, and card schemes (PCI DSS) fail a scan for them. Current
//! browsers never ask for them, so nothing is lost by switching them off.
//!
//! ## Fix
//!
//! ```text
//! ssl_protocols TLSv1.2 TLSv1.3;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8996>
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-3.1.1>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/legacy-version",
    title: "an obsolete TLS version is accepted",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("legacy_version.rs"),
};

const OBSOLETE: [Version; 2] = [Version::Tls10, Version::Tls11];

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let accepted: Vec<&str> =
        OBSOLETE.iter().filter(|version| offers.offers(**version).is_some()).map(|one| one.name()).collect();
    if accepted.is_empty() {
        let missed = OBSOLETE.into_iter().find_map(|version| offers.missed(version));
        return missed.map_or(Verdict::Pass, Verdict::inconclusive);
    }
    let accepted = accepted.join(" and ");
    Verdict::fail(
        Finding::new(format!("{} accepts {accepted}", context.subject))
            .confidence(Confidence::High)
            .root("tls/versions")
            .at(Place::endpoint(context.subject))
            .evidence("accepted", accepted)
            .fix("switch TLS 1.0 and 1.1 off")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "ssl_protocols TLSv1.2 TLSv1.3;".to_owned(),
            }),
    )
}

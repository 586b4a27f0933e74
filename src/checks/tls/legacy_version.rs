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
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Endpoint, Miss},
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

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    if let Err(miss) = endpoint.session.as_ref() {
        return Verdict::inconclusive(miss.clone());
    }
    let accepted: Vec<&str> = endpoint
        .legacy
        .iter()
        .filter(|(_, seen)| seen.got() == Some(&true))
        .map(|(version, _)| version.as_str())
        .collect();
    if accepted.is_empty() {
        let missed = endpoint.legacy.values().find_map(|seen| seen.as_ref().err());
        return match missed {
            Some(miss) => Verdict::inconclusive(miss.clone()),
            None if endpoint.legacy.is_empty() => Verdict::inconclusive(Miss::NotAsked),
            None => Verdict::Pass,
        };
    }
    let accepted = accepted.join(" and ");
    Verdict::fail(
        Finding::new(format!("{} accepts {accepted}", context.subject))
            .at(Place::endpoint(context.subject))
            .evidence("accepted", accepted)
            .fix("switch TLS 1.0 and 1.1 off")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "ssl_protocols TLSv1.2 TLSv1.3;".to_owned(),
            }),
    )
}

//! The server offers neither TLS 1.2 nor TLS 1.3.
//!
//! Browsers have not spoken TLS 1.0 or 1.1 since 2020, so nobody can reach the site; and what can still reach it
//! uses ciphers with known attacks.
//!
//! ## Fix
//!
//! Upgrade the TLS library if it is older than OpenSSL 1.0.1, and enable the versions:
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
    seen::{Endpoint, Refusal},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-modern-version",
    title: "neither TLS 1.2 nor TLS 1.3 is offered",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_modern_version.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let said = match &endpoint.refusal {
        Some(Refusal::OldVersion) => "chose an older version",
        Some(Refusal::Alert(alert)) if alert == "protocol_version" => {
            "answered with the alert protocol_version"
        }
        Some(Refusal::PlainHttp) => return Verdict::not_applicable("it speaks no TLS: see tls/plain-http"),
        // Another alert does not tell what it offers.
        _ => {
            return match endpoint.session.as_ref() {
                Ok(_) => Verdict::Pass,
                Err(miss) => Verdict::inconclusive(miss.clone()),
            };
        }
    };
    Verdict::fail(
        Finding::new(format!("{} was offered TLS 1.2 and 1.3 and {said}", context.subject))
            .root("tls/handshake")
            .at(Place::endpoint(context.subject))
            .evidence("answer", said)
            .fix("enable TLS 1.2 and 1.3 and switch older versions off")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "ssl_protocols TLSv1.2 TLSv1.3;".to_owned(),
            }),
    )
}

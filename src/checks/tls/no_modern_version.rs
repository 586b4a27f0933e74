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
    engine::hello::Version,
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

const MODERN: [Version; 2] = [Version::Tls13, Version::Tls12];

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    if endpoint.session.got().is_some() {
        return Verdict::Pass;
    }
    let said = match (&endpoint.refusal, endpoint.offers()) {
        (Some(Refusal::PlainHttp), _) => {
            return Verdict::not_applicable("it speaks no TLS: see tls/plain-http");
        }
        // A hello of its own for each version is surer than one handshake.
        (_, Ok(offers)) if MODERN.iter().any(|version| offers.offers(*version).is_some()) => {
            return Verdict::Pass;
        }
        (Some(Refusal::OldVersion), _) => "chose an older version",
        (Some(Refusal::Alert(alert)), _) if alert == "protocol_version" => {
            "answered with the alert protocol_version"
        }
        (_, Ok(offers)) => match MODERN.into_iter().find_map(|version| offers.missed(version)) {
            Some(miss) => return Verdict::inconclusive(miss),
            None => "turned both down",
        },
        // Another alert does not tell what it offers.
        (_, Err(miss)) => return Verdict::inconclusive(miss),
    };
    Verdict::fail(
        Finding::new(format!("{} was offered TLS 1.2 and 1.3 and {said}", context.subject))
            .root("tls/versions")
            .at(Place::endpoint(context.subject))
            .evidence("answer", said)
            .fix("enable TLS 1.2 and 1.3 and switch older versions off")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "ssl_protocols TLSv1.2 TLSv1.3;".to_owned(),
            }),
    )
}

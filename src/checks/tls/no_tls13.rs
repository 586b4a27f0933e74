//! TLS 1.3 is not offered.
//!
//! TLS 1.3 saves a round trip, hides the certificate from observers and has none of the old ciphers. It is
//! also the only way to post-quantum key exchange. TLS 1.2 alone is not a hole, but a sign of an old library.
//!
//! ## Fix
//!
//! ```text
//! ssl_protocols TLSv1.2 TLSv1.3;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-3.1.1>
//! - <https://ssl-config.mozilla.org/>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-tls13",
    title: "TLS 1.3 is not offered",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_tls13.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let chose = match (endpoint.session.as_ref(), endpoint.offers()) {
        (Ok(session), _) if session.version == "TLS 1.3" => return Verdict::Pass,
        (Ok(session), _) => format!("chose {}", session.version),
        (_, Ok(offers)) => match (offers.offers(Version::Tls13), offers.missed(Version::Tls13)) {
            (Some(_), _) => return Verdict::Pass,
            (None, Some(miss)) => return Verdict::inconclusive(miss),
            (None, None) if offers.offers(Version::Tls12).is_none() => {
                return Verdict::not_applicable(
                    "it offers nothing newer than TLS 1.1: see tls/no-modern-version",
                );
            }
            (None, None) => "turned it down".to_owned(),
        },
        (Err(miss), _) => return Verdict::inconclusive(miss.clone()),
    };
    Verdict::fail(
        Finding::new(format!("{} was offered TLS 1.3 and {chose}", endpoint.host))
            .at(Place::endpoint(context.subject))
            .evidence("answer", chose)
            .fix("enable TLS 1.3 beside TLS 1.2")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "ssl_protocols TLSv1.2 TLSv1.3;".to_owned(),
            }),
    )
}

//! The fallback signal is ignored.
//!
//! The server offers several versions up to TLS 1.2 and lets a client in that says it was pushed down from a better one
//! (TLS_FALLBACK_SCSV). An attacker who breaks connections can thus choose the oldest version (POODLE).
//!
//! ## Fix
//!
//! Offer TLS 1.2 and 1.3 alone, so that there is nothing to fall back to, or upgrade the TLS library:
//! ```text
//! ssl_protocols TLSv1.2 TLSv1.3;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7507>
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-3.4>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Endpoint, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-fallback-signal",
    title: "the fallback signal is ignored",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_fallback_signal.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let count = offers.known().filter(|(version, _)| Version::BEFORE_13.contains(version)).count();
    match offers.refuses_fallback {
        Some(true) => return Verdict::Pass,
        Some(false) => {}
        None if count < 2 => {
            let why = "at most one version up to TLS 1.2 is offered: there is nothing to fall back to";
            let miss = Version::BEFORE_13.into_iter().find_map(|version| offers.missed(version));
            return miss.map_or_else(|| Verdict::not_applicable(why), Verdict::inconclusive);
        }
        None => {
            return Verdict::inconclusive(Miss::Refused(format!(
                "{}, a hello that falls back",
                context.subject
            )));
        }
    }
    Verdict::fail(
        Finding::new(format!("{} accepts a connection that says it fell back", context.subject))
            .root("tls/versions")
            .at(Place::endpoint(context.subject))
            .evidence("answer to TLS_FALLBACK_SCSV", "ServerHello")
            .fix("offer TLS 1.2 and 1.3 alone, or upgrade the TLS library")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "ssl_protocols TLSv1.2 TLSv1.3;".to_owned(),
            }),
    )
}

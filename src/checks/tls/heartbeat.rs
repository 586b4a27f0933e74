//! The heartbeat extension is answered.
//!
//! Heartbeats are of no use over TCP, and OpenSSL removed them in 2018. A server that answers the extension runs an old
//! library; one before 1.0.1g leaks its memory (Heartbleed). gonogo does not send the probe that would tell.
//!
//! ## Fix
//!
//! Upgrade OpenSSL to a supported release:
//! ```text
//! apt-get update && apt-get install --only-upgrade openssl
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6520>
//! - <https://heartbleed.com/>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/heartbeat",
    title: "the heartbeat extension is answered",
    station: Station::Tls,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("heartbeat.rs"),
};

/// SSL 3.0 has no extension to say it in.
const WITH_EXTENSIONS: [Version; 3] = [Version::Tls12, Version::Tls11, Version::Tls10];

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let mut old = offers.known().filter(|(version, _)| WITH_EXTENSIONS.contains(version)).peekable();
    if old.peek().is_none() {
        let why = "only TLS 1.3 is offered, which has no such thing";
        return offers
            .missed(Version::Tls12)
            .map_or_else(|| Verdict::not_applicable(why), Verdict::inconclusive);
    }
    let found: Vec<&str> =
        old.filter(|(_, offered)| offered.heartbeat).map(|(version, _)| version.name()).collect();
    if found.is_empty() {
        return offers.missed(Version::Tls12).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    let found = found.join(", ");
    Verdict::fail(
        Finding::new(format!("{} answers the heartbeat extension under {found}", context.subject))
            .at(Place::endpoint(context.subject))
            .evidence("answered under", found)
            .fix("upgrade the TLS library to a supported release"),
    )
}

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

use super::{WITH_EXTENSIONS, amiss_under};
use crate::{
    checks::{Check, Context, Judge},
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

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let found = match amiss_under(endpoint, WITH_EXTENSIONS, |offered| offered.heartbeat) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    Verdict::fail(
        Finding::new(format!("{} answers the heartbeat extension under {found}", context.subject))
            .at(Place::endpoint(context.subject))
            .evidence("answered under", found)
            .fix("upgrade the TLS library to a supported release"),
    )
}

//! The server takes early data (0-RTT), which an attacker can send a second time.
//!
//! A client that comes back may send its first request before the handshake is over. Whoever records it can replay it, and the server cannot tell. Harmless for a page that is only read; not for `POST /transfer`, nor for a `GET` that changes something.
//!
//! ## Fix
//!
//! Switch it off, or have the application answer 425 to everything that is not safe to repeat:
//! ```text
//! ssl_early_data off;
//! # or: proxy_set_header Early-Data $ssl_early_data;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8446#section-8>
//! - <https://www.rfc-editor.org/rfc/rfc8470>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/early-data",
    title: "early data is accepted",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("early_data.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let resumption = match endpoint.session.as_ref().and_then(|session| session.resumption.as_ref()) {
        Ok(resumption) => resumption,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    if resumption.early_data == 0 {
        return Verdict::Pass;
    }
    let bytes = resumption.early_data;
    Verdict::fail(
        Finding::new(format!(
            "{} gives out tickets for up to {bytes} bytes of early data, which can be replayed",
            context.subject
        ))
        .at(Place::endpoint(context.subject))
        .evidence("early data", format!("{bytes} bytes"))
        .fix("switch early data off, or answer 425 to requests that are not safe to repeat")
        .patch(Patch::Snippet { language: "nginx".to_owned(), text: "ssl_early_data off;".to_owned() }),
    )
}

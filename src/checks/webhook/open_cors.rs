//! The webhook answers with `Access-Control-Allow-Origin: *`.
//!
//! Providers send from servers and ask no browser. The header only lets scripts of any web page talk to the
//! endpoint and read what it answers.
//!
//! ## Fix
//!
//! Leave the CORS headers out of this handler, and answer 405 to `OPTIONS`:
//! ```ts
//! return new Response("ok", { status: 200 });
//! ```

use super::{Shown, handler_of, outcome};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Webhook,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/open-cors",
    title: "webhook allows browsers of any origin",
    station: Station::Webhook,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("open_cors.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.cors.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown} sends {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("leave the CORS headers out of this handler")
    });
    outcome(handler, findings.collect())
}

//! The handler logs a secret, an expected signature, or whole requests.
//!
//! Logs are read by more people and kept for longer than the environment. With the signing secret, or
//! with the expected signature of a body of one's choice, anyone can forge events; whole bodies and
//! headers carry names, addresses and cookies.
//!
//! ## Fix
//!
//! Log the event's id and type, nothing else:
//! ```ts
//! console.log("webhook", event.id, event.type);
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
    id: "webhook/secrets-in-logs",
    title: "webhook logs what should stay secret",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("secrets_in_logs.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.logged.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown} logs {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .severity(match spot.what.as_str() {
                "a secret" => Severity::High,
                "the expected signature" => Severity::Medium,
                _ => Severity::Low,
            })
            .fix("log the id and the type of the event instead")
    });
    outcome(handler, findings.collect())
}

//! The handler verifies events, acknowledges them, and does nothing with them.
//!
//! The provider takes 2xx as "done". If this is a draft, customers pay and get nothing; if the work was
//! moved elsewhere, an endpoint is left that swallows events.
//!
//! ## Fix
//!
//! Do the work, hand it to a queue, or remove the endpoint at the provider:
//! ```ts
//! await queue.send({ id: event.id, type: event.type });
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
    id: "webhook/handler-does-nothing",
    title: "webhook acknowledges without acting",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("handler_does_nothing.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.idle.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("do the work or hand it to a queue, or remove the endpoint at the provider")
    });
    outcome(handler, findings.collect())
}

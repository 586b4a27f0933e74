//! An answer's status tells the provider something else than what happened.
//!
//! Providers read nothing but the status. 2xx for a failed verification hides a wrong secret until
//! somebody misses the money; 5xx for it makes the provider repeat what can never succeed; an error for
//! event types that are not handled fills its failure statistics until it disables the endpoint.
//!
//! ## Fix
//!
//! 400 for a failed verification, 2xx for event types that are not handled, 5xx when the work failed:
//! ```ts
//! default: return new Response("ignored", { status: 200 });
//! ```

use super::{Shown, events_of, outcome};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Webhook,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/wrong-status",
    title: "webhook answers with a misleading status",
    station: Station::Webhook,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("wrong_status.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match events_of(webhook) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.wrong_status.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .severity(if spot.what.starts_with("event types") { Severity::Medium } else { Severity::Low })
            .fix("answer 400 to a failed verification, 2xx to event types that are not handled, 5xx when the work failed")
    });
    outcome(handler, findings.collect())
}

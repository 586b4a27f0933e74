//! A write fails, the handler logs it, and the event is acknowledged.
//!
//! The provider takes 2xx as "done" and never sends the event again. The customer has paid and has
//! nothing, and only a log line knows.
//!
//! ## Fix
//!
//! Answer 500 when an effect failed, so that the provider repeats the event:
//! ```ts
//! if (error) return new Response("retry", { status: 500 });
//! ```

use super::{Shown, events_of, outcome};
use crate::{
    checks::{Check, Context, Judge},
    engine::handler::JOURNAL,
    finding::{Confidence, Finding, Severity},
    seen::Webhook,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/error-swallowed",
    title: "failed webhook writes are acknowledged",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("error_swallowed.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match events_of(webhook) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    if handler.writes.is_empty() {
        return Verdict::not_applicable(format!("no write was recognised in {}", handler.path));
    }
    let findings = handler.swallowed.iter().map(|spot| {
        Finding::new(format!("{}: {}", Shown(handler, spot), spot.what))
            .places(Shown(handler, spot).places())
            .key(format!("{}\n{}", handler.path, spot.snippet))
            .severity(if spot.what == JOURNAL { Severity::Low } else { Severity::Medium })
            .fix("answer 500 when the write failed, so that the provider sends the event again")
    });
    outcome(handler, findings.collect())
}

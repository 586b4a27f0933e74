//! The signature's timestamp is not compared with the clock.
//!
//! The scheme signs a timestamp so that a recorded request cannot be sent again later. Without a look at
//! the clock one captured event can be replayed for ever.
//!
//! ## Fix
//!
//! Refuse what is older than five minutes, or let the provider's SDK verify:
//! ```ts
//! if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return new Response("bad request", { status: 400 });
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
    id: "webhook/no-tolerance",
    title: "old webhook signatures are accepted",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("no_tolerance.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.no_tolerance.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("refuse signatures whose timestamp is more than 300 seconds from now")
    });
    outcome(handler, findings.collect())
}

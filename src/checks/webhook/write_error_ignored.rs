//! The handler waits for a write and does not look at the error that it returns.
//!
//! supabase-js does not throw: a write that row level security, a constraint or the network stopped gives
//! back `{ error }`. Nobody looks at it here, the event is acknowledged, and the provider never repeats it.
//!
//! ## Fix
//!
//! ```ts
//! const { error } = await supabase.from("orders").update({ paid: true }).eq("id", id);
//! if (error) throw error;
//! ```

use super::{Shown, events_of, outcome};
use crate::{
    checks::{Check, Context, Judge},
    engine::handler::UNHEARD,
    finding::{Confidence, Finding, Severity},
    seen::Webhook,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/write-error-ignored",
    title: "webhook ignores the error of a write",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("write_error_ignored.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match events_of(webhook) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.unchecked.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .severity(if spot.what == UNHEARD { Severity::Low } else { Severity::Medium })
            .fix("take `error` from the result and answer 500 when it is set, or add `.throwOnError()`")
    });
    outcome(handler, findings.collect())
}

//! The event is recorded as seen before its work is done, and stays recorded when that fails.
//!
//! The provider repeats an event that was answered with an error. The repeat finds the record and is
//! acknowledged as a duplicate: the customer has paid, and what was paid for never happens.
//!
//! ## Fix
//!
//! Write the record in the same transaction as the work, or delete it when the work fails:
//! ```ts
//! try { await fulfil(event); } catch (error) { await db.from("webhook_events").delete().eq("id", event.id); throw error; }
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
    id: "webhook/claimed-before-work",
    title: "events are recorded before their work",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("claimed_before_work.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match events_of(webhook) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.claimed_early.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what)).places(shown.places()).key(shown.key()).fix(
            "record the event in the same transaction as its work, or delete the record when the work fails",
        )
    });
    outcome(handler, findings.collect())
}

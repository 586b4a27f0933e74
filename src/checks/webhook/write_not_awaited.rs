//! The handler starts a write and does not wait for it.
//!
//! Serverless platforms stop a function when it has answered. A write that nobody waits for is lost now
//! and then, its error is seen by nobody, and a Supabase query without `await` is not even sent.
//!
//! ## Fix
//!
//! ```ts
//! await db.collection("orders").doc(id).update({ paid: true });
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
    id: "webhook/write-not-awaited",
    title: "webhook does not wait for a write",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("write_not_awaited.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match events_of(webhook) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.unawaited.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("put `await` before the write")
    });
    outcome(handler, findings.collect())
}

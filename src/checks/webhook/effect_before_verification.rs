//! The handler writes something before it has verified the signature.
//!
//! Whatever follows, that write has happened for anyone who can send a request: rows that look like
//! payments, mails, a table that fills up.
//!
//! ## Fix
//!
//! Verify first, over the raw body; write afterwards:
//! ```ts
//! const event = stripe.webhooks.constructEvent(raw, signature, secret);
//! await db.insert(payments).values({ id: event.id });
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
    id: "webhook/effect-before-verification",
    title: "webhook writes before it verifies",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("effect_before_verification.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.early.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("move the verification before the first write")
    });
    outcome(handler, findings.collect())
}

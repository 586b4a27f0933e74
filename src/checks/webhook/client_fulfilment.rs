//! A payment is marked as made because the browser came back from it.
//!
//! The page after the checkout is an address like any other, and what an app does after its payment sheet
//! anyone can do without one. Whoever opens it has paid, as far as the product knows; and a buyer who
//! closes the window too early has not.
//!
//! ## Fix
//!
//! Mark the order in the webhook. On the page, show what the provider says:
//! ```ts
//! const session = await stripe.checkout.sessions.retrieve(sessionId);
//! if (session.payment_status !== "paid") return notYet();
//! ```
//!
//! ## References
//!
//! - <https://docs.stripe.com/checkout/fulfillment>

use super::place_of;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Backend,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/client-fulfilment",
    title: "a payment is marked as made by the browser",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Backend(judge),
    source: include_str!("client_fulfilment.rs"),
};

fn judge(backend: &Backend, _context: &Context<'_>) -> Verdict {
    let findings = backend.granted.iter().map(|spot| {
        let path = &backend.path;
        Finding::new(format!(
            "{path}:{}: a payment is marked as made {}, and the provider is not asked",
            spot.line, spot.what
        ))
        .at(place_of(path, spot))
        .key(format!("{path}\n{}", spot.snippet.trim()))
        .fix("mark the payment in the webhook, or retrieve the session and look at `payment_status` first")
    });
    Verdict::from_findings(findings.collect())
}

//! The handler calls Stripe's synchronous verification in a runtime where it always throws.
//!
//! Under Deno, Bun and edge runtimes the SDK uses Web Crypto, which is asynchronous only.
//! `constructEvent` then throws for every event, also for correctly signed ones: every payment event is
//! rejected, and the provider switches the endpoint off after some days.
//!
//! ## Fix
//!
//! ```ts
//! const event = await stripe.webhooks.constructEventAsync(raw, signature, secret);
//! ```
//!
//! ## References
//!
//! - <https://docs.stripe.com/webhooks#verify-events>
//! - <https://supabase.com/docs/guides/functions/examples/stripe-webhooks>

use super::{handler_of, outcome, place};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Webhook,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/sync-verification",
    title: "synchronous verification where only asynchronous works",
    station: Station::Webhook,
    severity: Severity::High,
    // Without a handler to read it is undecided, which alone should not hold a launch.
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("sync_verification.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.synchronous.iter().map(|spot| {
        let message = format!(
            "{}:{} calls the synchronous `{}` under {}, where it throws for every event",
            handler.path, spot.line, spot.what, handler.runtime
        );
        Finding::new(message)
            .at(place(handler, spot))
            .key(format!("{}\n{}", handler.path, spot.what))
            .confidence(Confidence::High)
            .fix(format!("call `await …{}Async(raw, signature, secret)` instead", spot.what))
            .patch(Patch::Snippet {
                language: "ts".to_owned(),
                text: "const event = await stripe.webhooks.constructEventAsync(raw, signature, secret);\n"
                    .to_owned(),
            })
    });
    outcome(handler, findings.collect())
}

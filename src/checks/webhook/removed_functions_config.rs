//! The handler reads its settings with `functions.config()`.
//!
//! firebase-functions v7 removed it: the call throws, and the service behind it is being shut down, after
//! which deployments fail. The secret of the webhook is what is usually read this way.
//!
//! ## Fix
//!
//! ```ts
//! import { defineSecret } from "firebase-functions/params";
//! const webhookSecret = defineSecret("STRIPE_WEBHOOK_SECRET");
//! export const hook = onRequest({ secrets: [webhookSecret] }, handler);
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
    id: "webhook/removed-functions-config",
    title: "functions.config() no longer works",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("removed_functions_config.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.removed_config.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown} calls {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("use `defineSecret` and list the secret in the function's options")
    });
    outcome(handler, findings.collect())
}

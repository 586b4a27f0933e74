//! A signing secret is written into the handler's source.
//!
//! Everybody who can read the repository, or ever could, can forge events; and production and tests share
//! one secret.
//!
//! ## Fix
//!
//! Replace the secret at the provider, and read the new one from the environment:
//! ```ts
//! const secret = process.env.STRIPE_WEBHOOK_SECRET;
//! if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
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
    id: "webhook/secret-in-source",
    title: "signing secret in the source",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("secret_in_source.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.hard_coded.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("replace the secret at the provider and read the new one from the environment")
    });
    outcome(handler, findings.collect())
}

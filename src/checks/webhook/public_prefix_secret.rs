//! A secret is read from a variable whose prefix makes frameworks put it into the browser's bundle.
//!
//! `NEXT_PUBLIC_`, `VITE_`, `EXPO_PUBLIC_` and their like are inlined into what every visitor downloads. A
//! signing secret there lets anyone forge events.
//!
//! ## Fix
//!
//! Rename the variable without the prefix, and replace the secret at the provider:
//! ```sh
//! STRIPE_WEBHOOK_SECRET=whsec_…
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
    id: "webhook/public-prefix-secret",
    title: "secret in a variable given to browsers",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("public_prefix_secret.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.public_secrets.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown} reads a secret from {}, which frameworks give to browsers", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("rename the variable without its public prefix, and replace the secret at the provider")
    });
    outcome(handler, findings.collect())
}

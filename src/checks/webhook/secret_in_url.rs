//! The secret that protects the webhook comes in its URL.
//!
//! URLs are written into access logs, proxies and dashboards, and are shown to everybody who may look at
//! the provider's settings. The secret is then known to more than the two parties.
//!
//! ## Fix
//!
//! Let the provider sign the body, or send the secret in a header, and compare it in constant time:
//! ```ts
//! const token = request.headers.get("authorization");
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
    id: "webhook/secret-in-url",
    title: "webhook secret in the URL",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("secret_in_url.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.query_secret.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("verify the provider's signature, or take the secret from a header")
    });
    outcome(handler, findings.collect())
}

//! A signature or secret is compared with an operator that stops at the first difference.
//!
//! How long the comparison takes tells how many characters were right. Over the internet this is hard to
//! use, and some providers' own SDKs do it; a comparison in constant time costs one line.
//!
//! ## Fix
//!
//! ```ts
//! if (a.length !== b.length || !crypto.timingSafeEqual(a, b)) return new Response("bad request", { status: 400 });
//! ```
//! Python: `hmac.compare_digest(a, b)`.

use super::{Shown, handler_of, outcome};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Webhook,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/timing-unsafe-comparison",
    title: "signature compared in variable time",
    station: Station::Webhook,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("timing_unsafe_comparison.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.timing_unsafe.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("compare with `crypto.timingSafeEqual` (Python: `hmac.compare_digest`)")
    });
    outcome(handler, findings.collect())
}

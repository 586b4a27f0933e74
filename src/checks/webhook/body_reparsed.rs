//! The signature is verified over a body that was parsed first.
//!
//! Providers sign bytes. `JSON.stringify(await request.json())` changes blanks, escapes and the order
//! of keys, so that correct events fail, some or all of them, and a fallback for "sometimes invalid"
//! signatures is soon written around it.
//!
//! ## Fix
//!
//! Read the raw body once, verify it, and parse it afterwards:
//! ```ts
//! const raw = await request.text();
//! const event = await stripe.webhooks.constructEventAsync(raw, signature, secret);
//! ```
//! Express: mount `express.raw({ type: "application/json" })` on the route. Next.js pages: export
//! `config = { api: { bodyParser: false } }`. Cloud Functions: use `request.rawBody`.

use super::{Shown, by_endpoint, handler_of, outcome};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Severity},
    seen::{Observations, Probe, Seen, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/body-reparsed",
    title: "signature verified over a body that was parsed",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook, Kind::Probe], judge),
    source: include_str!("body_reparsed.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, endpoint)
}

fn endpoint(subject: &str, webhook: Option<&Webhook>, probe: Option<&Seen<Probe>>) -> Verdict {
    let handler = match handler_of(webhook) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    if handler.verified.is_empty() {
        return Verdict::not_applicable(format!("{} verifies no signature", handler.path));
    }
    let refused = probe.and_then(Seen::got).and_then(Probe::refuses_signed);
    let findings = handler.reparsed.iter().map(|spot| {
        let finding = Finding::new(format!("{}: {}", Shown(handler, spot), spot.what))
            .places(Shown(handler, spot).places())
            .key(format!("{}\n{}", handler.path, spot.what))
            .fix("verify the raw bytes of the body, and parse them afterwards");
        match refused {
            Some(status) => finding.confidence(Confidence::High).evidence(
                "live",
                format!("{subject} answers {status} to an event that its own secret signed"),
            ),
            None => finding,
        }
    });
    outcome(handler, findings.collect())
}

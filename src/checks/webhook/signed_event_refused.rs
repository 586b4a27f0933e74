//! The endpoint refuses events that its own secret signed.
//!
//! An inert event, signed as the provider does with the secret in `secret_env`, was not acknowledged.
//! Either the deployment has another secret, or it verifies other bytes than were sent, or its
//! verification always throws: no event of the provider gets through.
//!
//! ## Fix
//!
//! Give the deployment the secret that the provider shows for this endpoint, and verify the raw body:
//! ```ts
//! const raw = await request.text();
//! const event = await stripe.webhooks.constructEventAsync(raw, signature, secret);
//! ```

use super::{by_endpoint, live};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Observations, Probe, Seen, Sent, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/signed-event-refused",
    title: "webhook refuses signed events",
    station: Station::Webhook,
    severity: Severity::High,
    // The secret may be another endpoint's.
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook, Kind::Probe], judge),
    source: include_str!("signed_event_refused.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, endpoint)
}

fn endpoint(subject: &str, webhook: Option<&Webhook>, probe: Option<&Seen<Probe>>) -> Verdict {
    let probe = match live(probe) {
        Ok(probe) => probe,
        Err(verdict) => return verdict,
    };
    if let Some(miss @ Miss::NotConsented(_)) = &probe.unsigned {
        return Verdict::not_applicable(format!("only a signed event can tell: {miss}"));
    }
    let Some(reply) = probe.reply(Sent::Signed) else {
        let miss = probe.unsigned.clone().or_else(|| probe.stopped.clone()).unwrap_or(Miss::NotAsked);
        return Verdict::inconclusive(miss);
    };
    if let Some(gateway) = &reply.gateway {
        return Verdict::not_applicable(format!("the gateway of {gateway} answered, not the handler"));
    }
    let Some(status) = probe.refuses_signed() else { return Verdict::Pass };
    let handler = webhook.and_then(|webhook| webhook.handler.got());
    if handler.is_some_and(|handler| !handler.reparsed.is_empty() || !handler.synchronous.is_empty()) {
        return Verdict::not_applicable("its source shows why, and is reported at its line");
    }
    Verdict::fail(
        Finding::new(format!("{subject} answers {status} to an event that its own secret signed"))
            .at(Place::url(subject))
            .evidence("status", status.to_string())
            .fix("give the deployment the endpoint's own secret, and verify the bytes as they were sent"),
    )
}

//! The endpoint answers an event without a valid signature with a server error.
//!
//! 5xx asks the provider to try again: one broken event is repeated for days, and a stranger can fill
//! the logs and alarms at will. It often means that the handler fails before it verifies.
//!
//! ## Fix
//!
//! Answer 400 when the signature is missing or wrong, before anything that can throw; keep 5xx for
//! effects that failed.

use super::{by_endpoint, live};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Observations, Probe, Seen, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/server-error-on-unsigned",
    title: "webhook fails on broken events",
    station: Station::Webhook,
    severity: Severity::Medium,
    // Decided only with consent to live requests.
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Probe], judge),
    source: include_str!("server_error_on_unsigned.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, endpoint)
}

fn endpoint(subject: &str, _webhook: Option<&Webhook>, probe: Option<&Seen<Probe>>) -> Verdict {
    let probe = match live(probe) {
        Ok(probe) => probe,
        Err(verdict) => return verdict,
    };
    // 503 is what a service says of itself, not of the event.
    let failed = probe.posts().find(|(_, reply)| reply.status >= 500 && reply.status != 503);
    let Some((sent, reply)) = failed else {
        let nothing = probe.posts().next().is_none().then_some(Miss::NotAsked);
        return probe.stopped.clone().or(nothing).map_or(Verdict::Pass, Verdict::inconclusive);
    };
    Verdict::fail(
        Finding::new(format!(
            "{subject} answers {} to {sent}, which asks the provider to repeat it",
            reply.status
        ))
        .at(Place::url(subject))
        .evidence("status", reply.status.to_string())
        .fix("answer 400 when the signature is missing or wrong, before anything that can throw"),
    )
}

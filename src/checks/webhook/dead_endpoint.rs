//! The address that the provider sends to does not take events.
//!
//! 404, 405 and 410 mean that nothing handles them there, and providers do not follow redirects: every
//! delivery fails until the endpoint is switched off. Typical causes are a redirect from http to https
//! or to www, a trailing slash, or a route that was renamed.
//!
//! ## Fix
//!
//! Register the final URL with the provider, exactly as the server answers it, and check that the
//! handler is deployed under it.

use super::{by_endpoint, live};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Observations, Probe, Seen, Sent, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/dead-endpoint",
    title: "webhook endpoint does not take deliveries",
    station: Station::Webhook,
    severity: Severity::High,
    // Decided only with consent to live requests.
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Probe], judge),
    source: include_str!("dead_endpoint.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, endpoint)
}

fn endpoint(subject: &str, _webhook: Option<&Webhook>, probe: Option<&Seen<Probe>>) -> Verdict {
    let probe = match live(probe) {
        Ok(probe) => probe,
        Err(verdict) => return verdict,
    };
    let Some(reply) = probe.reply(Sent::Unsigned) else {
        let miss = probe.stopped.clone().unwrap_or(Miss::NotAsked);
        return Verdict::inconclusive(miss);
    };
    let why = match reply.status {
        404 | 410 => "nothing handles it there",
        405 => "it takes no POST",
        300..=399 => "providers do not follow redirects",
        429 | 503 => return Verdict::inconclusive(Miss::Denied(format!("{subject}: {}", reply.status))),
        _ => return Verdict::Pass,
    };
    let mut finding = Finding::new(format!("{subject} answers {} to a POST: {why}", reply.status))
        .at(Place::url(subject))
        .evidence("status", reply.status.to_string())
        .fix("register the final URL under which the handler is deployed");
    if let Some(location) = &reply.location {
        finding = finding.evidence("location", location.clone());
    }
    Verdict::fail(finding)
}

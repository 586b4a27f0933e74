//! The handler verifies signatures, but has a way around it.
//!
//! `if (secret && signature) { verify }`, a `catch` that parses the unverified body instead, or a
//! missing secret that becomes an empty key: an attacker takes that way by leaving out the header, or a
//! deployment without the variable opens it for everybody, silently.
//!
//! ## Fix
//!
//! Refuse when anything that verification needs is missing, and end the request when it fails:
//! ```ts
//! if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
//! if (!signature) return new Response("bad request", { status: 400 });
//! ```

use super::{Shown, UNVERIFIED, by_endpoint, handler_of, outcome};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::handler::EMPTY_KEY,
    finding::{Confidence, Finding, Severity},
    seen::Observations,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/fails-open",
    title: "webhook verification can be skipped",
    station: Station::Webhook,
    severity: Severity::High,
    // A guard may be idle for a reason that is not in the source.
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook, Kind::Probe], judge),
    source: include_str!("fails_open.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, |_, webhook, probe| {
        let handler = match handler_of(webhook) {
            Ok(handler) => handler,
            Err(verdict) => return verdict,
        };
        let accepted = probe
            .and_then(|probe| probe.got())
            .is_some_and(|probe| probe.posts().any(|(_, reply)| (200..300).contains(&reply.status)));
        if accepted && !handler.fail_open.is_empty() {
            return Verdict::not_applicable("reported with the live evidence by webhook/unsigned-accepted");
        }
        let findings = handler.fail_open.iter().map(|spot| {
            // Only a deployment without the variable is open.
            let severity = if spot.what == EMPTY_KEY { Severity::Medium } else { Severity::High };
            Finding::new(format!("{}: {}", Shown(handler, spot), spot.what))
                .severity(severity)
                .places(Shown(handler, spot).places())
                .key(Shown(handler, spot).key())
                .root(UNVERIFIED)
                .fix("refuse the request when the secret or the signature is missing, and when verification fails")
        });
        outcome(handler, findings.collect())
    })
}

//! The signature's timestamp is not compared with the clock.
//!
//! The scheme signs a timestamp so that a recorded request cannot be sent again later. Without a look at
//! the clock one captured event can be replayed for ever.
//!
//! ## Fix
//!
//! Refuse what is older than five minutes, or let the provider's SDK verify:
//! ```ts
//! if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return new Response("bad request", { status: 400 });
//! ```

use super::{Shown, by_endpoint, handler_of, outcome};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Observations, Probe, Seen, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/no-tolerance",
    title: "old webhook signatures are accepted",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook, Kind::Probe], judge),
    source: include_str!("no_tolerance.rs"),
};

const FIX: &str = "refuse signatures whose timestamp is more than 300 seconds from now";

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, endpoint)
}

/// What the endpoint answered tells more than its source.
fn endpoint(subject: &str, webhook: Option<&Webhook>, probe: Option<&Seen<Probe>>) -> Verdict {
    match probe.and_then(Seen::got).and_then(Probe::stale) {
        Some(status) if (200..300).contains(&status) => accepted(subject, status, webhook),
        Some(_) => Verdict::Pass,
        None => by_source(webhook),
    }
}

fn accepted(subject: &str, status: u16, webhook: Option<&Webhook>) -> Verdict {
    let message = format!("{subject} answers {status} to an event that was signed more than an hour ago");
    let finding = Finding::new(message)
        .confidence(Confidence::High)
        .evidence("status", status.to_string())
        .key("stale")
        .fix(FIX);
    let spots = handler_of(webhook).map(|handler| (handler, handler.no_tolerance.as_slice()));
    Verdict::fail(match spots {
        Ok((handler, spots @ [_, ..])) => {
            finding.places(spots.iter().flat_map(|spot| Shown(handler, spot).places()))
        }
        _ => finding.at(Place::url(subject)),
    })
}

fn by_source(webhook: Option<&Webhook>) -> Verdict {
    let handler = match handler_of(webhook) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.no_tolerance.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown}: {}", spot.what)).places(shown.places()).key(shown.key()).fix(FIX)
    });
    outcome(handler, findings.collect())
}

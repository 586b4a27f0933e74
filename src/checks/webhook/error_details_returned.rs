//! The endpoint tells strangers why something failed inside.
//!
//! Messages and stacks of errors name files, tables, keys and versions, to whoever sends a broken event.
//!
//! ## Fix
//!
//! Log the error, and answer with a constant text:
//! ```ts
//! console.error(error);
//! return new Response("bad request", { status: 400 });
//! ```

use super::{Shown, by_endpoint, handler_of, outcome};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Observations, Probe, Seen, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/error-details-returned",
    title: "webhook answers with error details",
    station: Station::Webhook,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook, Kind::Probe], judge),
    source: include_str!("error_details_returned.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, endpoint)
}

fn endpoint(subject: &str, webhook: Option<&Webhook>, probe: Option<&Seen<Probe>>) -> Verdict {
    let handler = handler_of(webhook);
    let live = probe.and_then(|probe| probe.got());
    let given_away: Option<String> = live.and_then(|probe| {
        let mut leaks: Vec<&str> = probe
            .answers
            .iter()
            .filter_map(|answer| answer.reply.got())
            .flat_map(|reply| &reply.leaks)
            .map(String::as_str)
            .collect();
        leaks.sort_unstable();
        leaks.dedup();
        (!leaks.is_empty()).then(|| leaks.join(", "))
    });
    let spots = handler.as_ref().map(|handler| handler.leaked.as_slice()).unwrap_or_default();
    if given_away.is_none() && spots.is_empty() {
        return match (handler, live) {
            (Ok(handler), _) => outcome(handler, Vec::new()),
            (Err(_), Some(probe)) if probe.stopped.is_none() && probe.posts().next().is_some() => {
                Verdict::Pass
            }
            (Err(verdict), _) => match probe.map(Seen::as_ref) {
                Some(Err(miss)) if !matches!(miss, Miss::NotConsented(_)) => {
                    Verdict::inconclusive(miss.clone())
                }
                _ => verdict,
            },
        };
    }
    let stack = spots.iter().any(|spot| spot.what == "stack")
        || given_away.as_deref().is_some_and(|what| what.contains("stack"));
    let message = match (&given_away, spots.first(), &handler) {
        (Some(what), ..) => format!("{subject} answers broken events with {what}"),
        (None, Some(spot), Ok(handler)) => {
            format!("{}:{} puts the error's {} into a response", handler.path, spot.line, spot.what)
        }
        _ => format!("{subject} answers with error details"),
    };
    let mut finding = Finding::new(message)
        .key("error details")
        .severity(if stack { Severity::Medium } else { Severity::Low })
        .fix("log the error, and answer with a constant text");
    if let Ok(handler) = &handler {
        finding = finding.places(spots.iter().flat_map(|spot| Shown(handler, spot).places()));
    }
    if given_away.is_some() {
        finding = finding.at(Place::url(subject));
    }
    Verdict::fail(finding)
}

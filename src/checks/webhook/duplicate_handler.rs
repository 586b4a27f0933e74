//! Two handlers in the repository take the same events of one provider.
//!
//! Often one is the old version of the other. If both are deployed and known to the provider each payment is
//! worked on twice; if one is not, the next fix may go to the wrong one.
//!
//! ## Fix
//!
//! Remove the one that the provider does not call.

use std::collections::BTreeSet;

use super::{by_endpoint, handler_of, place};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Severity},
    seen::{Handler, Miss, Observations, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/duplicate-handler",
    title: "two handlers take the same events",
    station: Station::Webhook,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook], judge),
    source: include_str!("duplicate_handler.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, |subject, webhook, _| {
        let (handler, webhook) = match (handler_of(webhook), webhook) {
            (Ok(handler), Some(webhook)) => (handler, webhook),
            (Err(verdict), _) => return verdict,
            (_, None) => return Verdict::inconclusive(Miss::NotAsked),
        };
        let Some(provider) = &webhook.provider else {
            return Verdict::not_applicable("its provider is not known");
        };
        let twin =
            seen.webhooks.iter().filter(|(other, _)| other.as_str() > subject).find_map(|(_, other)| {
                let other = other.got().filter(|other| is_twin(webhook, other))?;
                let found = other.handler.got()?;
                let both = shared(handler, found);
                (!both.is_empty()).then_some((found, both))
            });
        let Some((twin, both)) = twin else { return Verdict::Pass };
        Verdict::fail(
            Finding::new(format!(
                "{} and {} both take {} of {provider}",
                handler.path,
                twin.path,
                both.join(", ")
            ))
            .places(handler.event_types.iter().take(1).map(|spot| place(handler, spot)))
            .places(twin.event_types.iter().take(1).map(|spot| place(twin, spot)))
            .key(format!("{}\n{}", handler.path, twin.path))
            .fix("remove the handler that the provider does not call"),
        )
    })
}

/// Same provider, not declared to be two endpoints.
fn is_twin(one: &Webhook, other: &Webhook) -> bool {
    one.provider == other.provider && (one.url.is_none() || other.url.is_none())
}

/// Kinds of events that both act on, in one language: samples in several are not one product.
fn shared<'a>(one: &'a Handler, other: &'a Handler) -> Vec<&'a str> {
    let ending = |handler: &Handler| handler.path.rsplit('.').next().map(|ending| ending.starts_with("py"));
    let acts = |handler: &Handler| !handler.writes.is_empty() && !handler.verified.is_empty();
    if ending(one) != ending(other) || !acts(one) || !acts(other) {
        return Vec::new();
    }
    let theirs: BTreeSet<&str> = other.event_types.iter().map(|spot| spot.what.as_str()).collect();
    let mine: BTreeSet<&str> = one.event_types.iter().map(|spot| spot.what.as_str()).collect();
    // What else a handler compares with is no kind of event: `storage`, `pro`.
    mine.intersection(&theirs).copied().filter(|kind| kind.contains(['.', '_', '/'])).collect()
}

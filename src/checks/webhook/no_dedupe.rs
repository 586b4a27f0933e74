//! The handler writes, and never uses what names the event.
//!
//! Providers deliver at least once: after a timeout, a retry or a manual resend the same event arrives
//! again. Without a record of the ids already seen its effect happens twice: two credits, two mails, two
//! invoices. Effects that only set a state are harmless; increments are not.
//!
//! ## Fix
//!
//! Store the id under a unique key in the same transaction as the effect, and acknowledge a repeat:
//! ```sql
//! create table webhook_events (id text primary key, received_at timestamptz default now());
//! ```

use super::{by_endpoint, called, events_of, handler_of, place, too_tangled};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::handler::provider,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Effects, Miss, Observations, Probe, Seen, Spot, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/no-dedupe",
    title: "webhook events are not deduplicated",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook, Kind::Probe], judge),
    source: include_str!("no_dedupe.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, endpoint)
}

/// The endpoint's own count tells more than its source, where the event had an effect at all.
fn endpoint(subject: &str, webhook: Option<&Webhook>, probe: Option<&Seen<Probe>>) -> Verdict {
    let effects = probe.and_then(Seen::got).and_then(|probe| probe.effects);
    match (effects, webhook) {
        (Some(effects), _) if effects.twice > effects.once => {
            Verdict::fail(repeated(subject, effects, webhook))
        }
        (Some(effects), _) if effects.once > effects.before => Verdict::Pass,
        (_, Some(webhook)) => by_source(webhook),
        (_, None) => Verdict::inconclusive(Miss::NotAsked),
    }
}

fn repeated(subject: &str, effects: Effects, webhook: Option<&Webhook>) -> Finding {
    let message = format!(
        "{subject}: the same event took effect again, its count went from {} to {} and then to {}",
        effects.before, effects.once, effects.twice
    );
    let finding = Finding::new(message)
        .severity(Severity::High)
        .confidence(Confidence::High)
        .key("repeated")
        .fix("record the event's id under a unique key in the same transaction, and acknowledge repeats");
    let Ok(handler) = handler_of(webhook) else { return finding.at(Place::url(subject)) };
    let spots =
        [&handler.increments, &handler.adds, &handler.writes].into_iter().find(|spots| !spots.is_empty());
    match spots {
        Some(spots) => finding.places(spots.iter().take(5).map(|spot| place(handler, spot))),
        None => finding.at(Place::url(subject)),
    }
}

/// A call whose answer nobody takes keeps no repeat from what is added here.
fn is_alone(spot: &Spot) -> bool {
    let statement = spot.snippet.trim_start();
    let statement = statement.strip_prefix("await ").unwrap_or(statement);
    statement.split('(').next().is_some_and(|callee| {
        callee.rsplit('.').next() == Some(spot.what.as_str()) && !callee.contains([' ', '='])
    })
}

fn by_source(webhook: &Webhook) -> Verdict {
    let handler = match events_of(webhook) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    if !handler.event_id.is_empty() {
        return Verdict::Pass;
    }
    if handler.unfinished {
        return Verdict::inconclusive(too_tangled(handler));
    }
    let adds_here = !handler.increments.is_empty() || !handler.adds.is_empty();
    if let Some(spot) = handler.hands_over.iter().find(|spot| !adds_here || !is_alone(spot)) {
        let why =
            format!("{}:{} hands the event to `{}` in another file", handler.path, spot.line, spot.what);
        return Verdict::inconclusive(Miss::Unsupported(why));
    }
    let Some(first) = handler.increments.first().or(handler.adds.first()).or(handler.writes.first()) else {
        // The effect may be in another file, with or without the id.
        let why = format!("no write was recognised in {}", handler.path);
        return Verdict::inconclusive(Miss::Unsupported(why));
    };
    let added = handler.increments.iter().chain(&handler.adds);
    let others = added.filter(|spot| *spot != first && spot.file == first.file).take(5);
    let known = webhook.provider.as_deref().and_then(provider);
    let id = known.map_or("the event's id", |known| known.event_id.as_str());
    let adds_up = !handler.increments.is_empty();
    // What only sets a state does no harm the second time.
    let (effect, severity) = match (adds_up, handler.adds.is_empty()) {
        (true, _) => ("increments a value", Severity::High),
        (false, false) => ("adds something", Severity::Medium),
        (false, true) => ("writes", Severity::Low),
    };
    let message = format!(
        "{}:{} {effect} without using {id}",
        first.file.as_ref().unwrap_or(&handler.path),
        first.line
    );
    let finding = Finding::new(message)
        .places(std::iter::once(first).chain(others).map(|spot| place(handler, spot)))
        .places(called(handler, first))
        .key(handler.path.clone())
        .severity(severity)
        .fix(format!("record {id} under a unique key in the same transaction, and acknowledge repeats"))
        .patch(Patch::Snippet {
            language: "sql".to_owned(),
            text: "create table webhook_events (id text primary key, received_at timestamptz not null default now());\n".to_owned(),
        });
    Verdict::fail(finding)
}

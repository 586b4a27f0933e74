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

use super::{events_of, place, too_tangled};
use crate::{
    checks::{Check, Context, Judge},
    engine::handler::provider,
    finding::{Confidence, Finding, Patch, Severity},
    seen::{Miss, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/no-dedupe",
    title: "webhook events are not deduplicated",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("no_dedupe.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
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
    if let Some(spot) = handler.hands_over.first() {
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
        .key(handler.path.clone())
        .severity(severity)
        .fix(format!("record {id} under a unique key in the same transaction, and acknowledge repeats"))
        .patch(Patch::Snippet {
            language: "sql".to_owned(),
            text: "create table webhook_events (id text primary key, received_at timestamptz not null default now());\n".to_owned(),
        });
    Verdict::fail(finding)
}

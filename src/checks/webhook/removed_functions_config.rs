//! The handler reads its settings with `functions.config()`.
//!
//! firebase-functions v7 removed it: the call throws, and the service behind it is being shut down, after
//! which deployments fail. The secret of the webhook is what is usually read this way.
//!
//! ## Fix
//!
//! ```ts
//! import { defineSecret } from "firebase-functions/params";
//! const webhookSecret = defineSecret("STRIPE_WEBHOOK_SECRET");
//! export const hook = onRequest({ secrets: [webhookSecret] }, handler);
//! ```

use super::{handler_of, outcome, place_of};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Severity},
    seen::{Backend, Observations, Seen, Spot, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/removed-functions-config",
    title: "functions.config() no longer works",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook, Kind::Backend], judge),
    source: include_str!("removed_functions_config.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    let handlers = seen.webhooks.iter().map(|(subject, webhook)| {
        let verdict = match webhook.as_ref() {
            Ok(webhook) => of_handler(webhook),
            Err(miss) => Verdict::inconclusive(miss.clone()),
        };
        (subject.clone(), verdict)
    });
    let read: Vec<&str> = seen
        .webhooks
        .values()
        .filter_map(|webhook| Some(webhook.got()?.handler.got()?.path.as_str()))
        .collect();
    // A source that is also a handler has been judged.
    let others = seen.backends.iter().filter(|(path, _)| !read.contains(&path.as_str()));
    let others = others.filter(|(path, _)| !seen.webhooks.contains_key(*path));
    handlers.chain(others.map(|(path, backend)| (path.clone(), of_backend(backend)))).collect()
}

fn of_handler(webhook: &Webhook) -> Verdict {
    match handler_of(Some(webhook)) {
        Ok(handler) => outcome(handler, findings(&handler.path, &handler.removed_config)),
        Err(verdict) => verdict,
    }
}

fn of_backend(backend: &Seen<Backend>) -> Verdict {
    match backend.as_ref() {
        Ok(backend) => Verdict::from_findings(findings(&backend.path, &backend.removed_config)),
        Err(miss) => Verdict::inconclusive(miss.clone()),
    }
}

/// One finding a file: all its calls go together.
fn findings(path: &str, spots: &[Spot]) -> Vec<Finding> {
    let finding = |first: &Spot| {
        let more = match spots.len() - 1 {
            0 => String::new(),
            more => format!(" (and on {more} more lines)"),
        };
        Finding::new(format!("{path}:{} calls {}{more}", first.line, first.what))
            .places(spots.iter().map(|spot| place_of(path, spot)))
            .key(path)
            .fix("use `defineSecret` and list the secret in the function's options")
    };
    spots.first().map(finding).into_iter().collect()
}

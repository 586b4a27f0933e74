//! The handler takes a kind of event that Stripe does not send to it.
//!
//! The branch is there, tested perhaps, and never runs: a cancelled subscription keeps its access, a refund is not booked.
//!
//! ## Fix
//!
//! Add the kind to the endpoint's events under Developers → Webhooks, or remove the branch.
//!
//! ## References
//!
//! - <https://docs.stripe.com/api/webhook_endpoints/update#update_webhook_endpoint-enabled_events>

use super::{by_stripe, place};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Handler, Observations, Seen, Spot, Stripe},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/stripe-event-not-subscribed",
    title: "a handled event is not subscribed to",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Account, Kind::Webhook], judge),
    source: include_str!("stripe_event_not_subscribed.rs"),
};

fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_stripe(seen, |stripe| {
        let handlers: Vec<(&str, &Handler)> = seen
            .webhooks
            .iter()
            .filter_map(|(subject, webhook)| Some((subject.as_str(), webhook.got()?)))
            .filter(|(subject, webhook)| {
                webhook.provider.as_deref() == Some("stripe")
                    && super::stripe_urls(context, stripe.live).contains(subject)
            })
            .filter_map(|(subject, webhook)| Some((subject, webhook.handler.got()?.as_ref())))
            .collect();
        if handlers.is_empty() {
            return Verdict::not_applicable("no handler is known for a declared endpoint of Stripe");
        }
        let endpoints = match &stripe.endpoints {
            Seen::Got(endpoints) => endpoints,
            Seen::Missed(miss) => return Verdict::inconclusive(miss.clone()),
        };
        let mut findings = Vec::new();
        for (url, handler) in handlers {
            let mut sent = endpoints.iter().filter(|one| super::is_same_address(&one.url, url)).peekable();
            // An endpoint that is not registered is another finding.
            if sent.peek().is_none() {
                continue;
            }
            let sent: Vec<&String> = sent.flat_map(|endpoint| &endpoint.events).collect();
            findings.extend(missing(handler, &sent).map(|spot| finding(handler, spot, url, stripe)));
        }
        Verdict::from_findings(findings)
    })
}

/// Kinds that the handler compares with and that are not among those sent.
fn missing<'a>(handler: &'a Handler, sent: &'a [&String]) -> impl Iterator<Item = &'a Spot> {
    let kinds = handler.event_types.iter().filter(|spot| {
        let parts = spot.what.split('.').count();
        parts >= 2 && !spot.what.ends_with('.') && !spot.what.contains([' ', '/', '*'])
    });
    kinds.filter(|spot| !sent.iter().any(|event| **event == "*" || **event == spot.what))
}

fn finding(handler: &Handler, spot: &Spot, url: &str, stripe: &Stripe) -> Finding {
    let message =
        format!("{}:{} handles {}, which Stripe does not send to {url}", handler.path, spot.line, spot.what);
    Finding::new(message)
        .at(place(handler, spot))
        .places([Place::url(url)])
        .key(format!("{url}\n{}", spot.what))
        .severity(if stripe.live { Severity::High } else { Severity::Medium })
        .fix(format!("add `{}` to the events of the endpoint at Stripe", spot.what))
}

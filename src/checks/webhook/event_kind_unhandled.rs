//! Subscriptions begin by an event, and no handler takes the event by which they end.
//!
//! Who cancels, or whose card is refused, keeps what they no longer pay for. It is seen months later, in the
//! difference between two lists.
//!
//! ## Fix
//!
//! Subscribe the endpoint to the missing events at the provider, and take the access away when they arrive:
//! ```ts
//! case "customer.subscription.deleted":
//!   await revoke(event.data.object.customer);
//! ```
//!
//! ## References
//!
//! - <https://docs.stripe.com/billing/subscriptions/webhooks>

use super::{by_endpoint, handler_of, place};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Severity},
    seen::{Handler, Miss, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/event-kind-unhandled",
    title: "the end of a subscription goes unnoticed",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook], judge),
    source: include_str!("event_kind_unhandled.rs"),
};

/// What begins a subscription at a provider, and what tells its end: of each group one.
struct Course {
    provider: &'static str,
    begins: &'static [&'static str],
    ends: &'static [(&'static str, &'static [&'static str])],
}

const COURSES: &[Course] = &[
    Course {
        provider: "stripe",
        begins: &[
            "checkout.session.completed",
            "customer.subscription.created",
            "invoice.paid",
            "invoice.payment_succeeded",
        ],
        ends: &[
            ("a cancelled subscription", &["customer.subscription.deleted"]),
            ("a failed payment", &["invoice.payment_failed", "customer.subscription.updated"]),
        ],
    },
    Course {
        provider: "paddle",
        begins: &["subscription.created", "subscription.activated", "subscription_created"],
        ends: &[(
            "a cancelled subscription",
            &["subscription.canceled", "subscription.updated", "subscription_cancelled"],
        )],
    },
    Course {
        provider: "lemon-squeezy",
        begins: &["subscription_created"],
        ends: &[(
            "a cancelled subscription",
            &["subscription_cancelled", "subscription_expired", "subscription_updated"],
        )],
    },
];

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, |subject, webhook, _| {
        let handler = match handler_of(webhook) {
            Ok(handler) => handler,
            Err(verdict) => return verdict,
        };
        let provider = webhook.and_then(|webhook| webhook.provider.as_deref()).unwrap_or_default();
        let Some(course) = COURSES.iter().find(|course| course.provider == provider) else {
            return Verdict::not_applicable("no course of subscriptions is known for its provider");
        };
        let siblings = siblings(seen, provider);
        // One finding for all handlers of the provider, filed under the first that begins something.
        match siblings.iter().find(|(_, handler)| begins(course, handler)) {
            Some((first, _)) if *first == subject => of_course(course, handler, &siblings),
            Some((first, _)) => Verdict::not_applicable(format!("judged with {first}")),
            None => Verdict::not_applicable("no subscription begins here"),
        }
    })
}

fn siblings<'a>(seen: &'a Observations, provider: &str) -> Vec<(&'a str, &'a Handler)> {
    let got = seen.webhooks.iter().filter_map(|(subject, webhook)| Some((subject, webhook.got()?)));
    let same = got.filter(|(_, webhook)| webhook.provider.as_deref().is_none_or(|of| of == provider));
    same.filter_map(|(subject, webhook)| Some((subject.as_str(), webhook.handler.got()?.as_ref()))).collect()
}

fn begins(course: &Course, handler: &Handler) -> bool {
    let subscribes = course.provider != "stripe" || handler.names.iter().any(|name| name == "subscription");
    subscribes && !handler.writes.is_empty() && course.begins.iter().any(|kind| takes(handler, kind))
}

/// `customer.subscription.` stands for all of them.
fn takes(handler: &Handler, kind: &str) -> bool {
    handler.names.iter().any(|name| {
        name == kind
            || name.len() > 8 && name.ends_with(['.', '*']) && kind.starts_with(name.trim_end_matches('*'))
    })
}

fn of_course(course: &Course, handler: &Handler, siblings: &[(&str, &Handler)]) -> Verdict {
    let missing =
        |kinds: &[&str]| !kinds.iter().any(|kind| siblings.iter().any(|(_, other)| takes(other, kind)));
    let missed: Vec<_> = course.ends.iter().filter(|(_, kinds)| missing(kinds)).collect();
    if missed.is_empty() {
        return Verdict::Pass;
    }
    if let Some((_, other)) =
        siblings.iter().find(|(_, other)| other.unfinished || !other.hands_over.is_empty())
    {
        let why = format!("{}: other files may take the events that it does not", other.path);
        return Verdict::inconclusive(Miss::Unsupported(why));
    }
    let began = handler.event_types.iter().find(|spot| course.begins.contains(&spot.what.as_str()));
    let named: Vec<String> =
        missed.iter().map(|(what, kinds)| format!("{} ({what})", kinds.join(" or "))).collect();
    let first: Vec<String> = missed.iter().map(|(_, kinds)| format!("`{}`", kinds[0])).collect();
    Verdict::fail(
        Finding::new(format!(
            "{} begins subscriptions, and no handler takes {}",
            handler.path,
            named.join(", nor ")
        ))
        .places(began.map(|spot| place(handler, spot)))
        .key(course.provider)
        .fix(format!("subscribe to {} and take the access away when it arrives", first.join(" and "))),
    )
}

//! Two enabled endpoints of one mode have the same URL and take the same events.
//!
//! Every event arrives twice, each time signed with another secret: half of the deliveries are refused, or everything is done twice.
//!
//! ## Fix
//!
//! Delete the older of the two at Stripe and keep the one whose secret the product has.
//!
//! ## References
//!
//! - <https://docs.stripe.com/webhooks>

use super::by_stripe;
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::Observations,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/stripe-endpoint-twice",
    title: "one endpoint is registered twice at Stripe",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("stripe_endpoint_twice.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_stripe(seen, |stripe| {
        let endpoints = match stripe.endpoints.as_ref() {
            Ok(endpoints) => endpoints,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        let mut findings = Vec::new();
        for (at, one) in endpoints.iter().enumerate() {
            let twin = endpoints[at + 1..].iter().find(|other| {
                let both = one.enabled && other.enabled && one.live == other.live;
                both && super::is_same_address(&one.url, &other.url) && shares(&one.events, &other.events)
            });
            findings.extend(twin.map(|twin| {
                Finding::new(format!("{} is registered twice: every event arrives twice", one.url))
                    .at(Place::url(one.url.as_str()))
                    .key(one.url.clone())
                    .evidence("endpoints", format!("{}, {}", one.id, twin.id))
                    .fix("delete the endpoint whose secret the product does not have")
            }));
        }
        Verdict::from_findings(findings)
    })
}

fn shares(one: &[String], other: &[String]) -> bool {
    let all = |events: &[String]| events.iter().any(|event| event == "*");
    all(one) || all(other) || one.iter().any(|event| other.contains(event))
}

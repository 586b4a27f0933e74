//! Stripe has switched an endpoint off, or somebody has.
//!
//! Stripe disables an endpoint that has failed for days. From then on no event is delivered there, and none of those that were missed is sent again: payments are taken and nothing is fulfilled.
//!
//! ## Fix
//!
//! Mend what answered with errors, enable the endpoint under Developers → Webhooks, and send the missed events again from there. Delete an endpoint that nobody needs.
//!
//! ## References
//!
//! - <https://docs.stripe.com/webhooks#disable>

use super::by_stripe;
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::Observations,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/stripe-endpoint-disabled",
    title: "an endpoint is disabled at Stripe",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("stripe_endpoint_disabled.rs"),
};

fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_stripe(seen, |stripe| {
        let endpoints = match stripe.endpoints.as_ref() {
            Ok(endpoints) => endpoints,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        let disabled = endpoints.iter().filter(|endpoint| !endpoint.enabled);
        let findings = disabled.map(|endpoint| {
            let declared = super::is_declared(context, &endpoint.url);
            Finding::new(format!("Stripe delivers nothing to {}: it is disabled", endpoint.url))
                .at(Place::url(endpoint.url.as_str()))
                .key(endpoint.url.clone())
                // What is not in use any more is untidy, and loses nothing.
                .severity(if declared && endpoint.live { Severity::High } else { Severity::Low })
                .fix("mend what failed and enable the endpoint at Stripe, or delete it there")
        });
        Verdict::from_findings(findings.collect())
    })
}

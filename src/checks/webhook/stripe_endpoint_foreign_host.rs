//! Stripe delivers live events to a host that is not among the production hosts.
//!
//! A tunnel of a developer, a preview or the staging of last year still gets every live event, with names, addresses and amounts in it, and may act on it.
//!
//! ## Fix
//!
//! Delete the endpoint at Stripe, or declare the host as a production site if it is one.
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
    id: "webhook/stripe-endpoint-foreign-host",
    title: "live events go to a host outside production",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("stripe_endpoint_foreign_host.rs"),
};

fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_stripe(seen, |stripe| {
        let endpoints = match stripe.endpoints.as_ref() {
            Ok(endpoints) => endpoints,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        let hosts = context.target.production_hosts();
        if hosts.is_empty() {
            return Verdict::not_applicable("no production host is known to compare with");
        }
        let ours = |url: &url::Url| {
            let host = url.domain().unwrap_or_default();
            super::is_declared(context, url.as_str())
                || hosts.iter().any(|known| {
                    host == *known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'))
                })
        };
        let live = endpoints.iter().filter(|endpoint| endpoint.live && endpoint.enabled);
        let findings = live.filter_map(|endpoint| {
            let url = url::Url::parse(&endpoint.url).ok()?;
            // Functions under a platform's name are told apart by nobody here.
            let platform = [".supabase.co", ".cloudfunctions.net", ".run.app", ".workers.dev"];
            let named = platform.iter().any(|suffix| url.domain().unwrap_or_default().ends_with(suffix));
            (!named && !ours(&url)).then(|| {
                Finding::new(format!("Stripe delivers live events to {}", endpoint.url))
                    .at(Place::url(endpoint.url.as_str()))
                    .key(endpoint.url.clone())
                    .evidence("production hosts", hosts.join(", "))
                    .fix("delete the endpoint at Stripe, or declare its host as a production site")
            })
        });
        Verdict::from_findings(findings.collect())
    })
}

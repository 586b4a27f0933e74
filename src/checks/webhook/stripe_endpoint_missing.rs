//! Stripe does not know an endpoint that the product declares.
//!
//! The URL is not among the endpoints of the account, or differs from the one that is by a slash, by `www` or by its scheme: Stripe follows no redirect, so such a delivery fails.
//!
//! ## Fix
//!
//! Register exactly this URL under Developers → Webhooks, in the mode that the environment uses.
//!
//! ## References
//!
//! - <https://docs.stripe.com/webhooks#register-webhook>

use super::by_stripe;
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::Observations,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/stripe-endpoint-missing",
    title: "a declared endpoint is not registered at Stripe",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("stripe_endpoint_missing.rs"),
};

fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_stripe(seen, |stripe| {
        let endpoints = match stripe.endpoints.as_ref() {
            Ok(endpoints) => endpoints,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        // A test key shows the endpoints of test mode alone.
        let declared: Vec<&str> = super::stripe_urls(context, stripe.live);
        if declared.is_empty() {
            return Verdict::not_applicable("no endpoint of Stripe is declared for the key's mode");
        }
        let known = |url: &str| endpoints.iter().any(|endpoint| super::is_same_address(&endpoint.url, url));
        let findings = declared.into_iter().filter(|url| !known(url)).map(|url| {
            let finding = Finding::new(format!("Stripe knows no endpoint {url}"))
                .at(Place::url(url))
                .key(url)
                .fix(format!("register {url} at Stripe, exactly so"));
            match endpoints.iter().find(|endpoint| nearly(&endpoint.url, url)) {
                Some(near) => finding.evidence("nearest", near.url.clone()),
                None => finding,
            }
        });
        Verdict::from_findings(findings.collect())
    })
}

/// The same but for scheme, `www.` and a slash at the end.
fn nearly(one: &str, other: &str) -> bool {
    let bare = |url: &str| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.trim_start_matches("www.").trim_end_matches('/').to_ascii_lowercase()
    };
    bare(one) == bare(other)
}

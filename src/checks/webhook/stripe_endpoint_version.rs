//! Stripe writes an endpoint's events in another version of its API than the code was written for.
//!
//! Fields move between versions: `current_period_end` went from the subscription to its items, and a handler that reads it where it was writes nothing, or yesterday. An endpoint keeps the version that it was made with.
//!
//! ## Fix
//!
//! Make the endpoint anew with the version that the code names, or raise the version in the code and test it:
//! ```ts
//! const stripe = new Stripe(key, { apiVersion: "2025-03-31.basil" });
//! ```
//!
//! ## References
//!
//! - <https://docs.stripe.com/webhooks/versioning>

use super::by_stripe;
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{ClueKind, Observations, THE_REPOSITORY},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/stripe-endpoint-version",
    title: "events come in another API version",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Account, Kind::Environments], judge),
    source: include_str!("stripe_endpoint_version.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_stripe(seen, |stripe| {
        let written = match seen.environments.get(THE_REPOSITORY).map(|seen| seen.as_ref()) {
            Some(Ok(environments)) => environments,
            Some(Err(miss)) => return Verdict::inconclusive(miss.clone()),
            None => return Verdict::not_applicable("there is no repository"),
        };
        let mut versions: Vec<&str> = written
            .clues
            .iter()
            .filter_map(|clue| match &clue.what {
                ClueKind::ApiVersion { provider, version } if provider == "Stripe" => Some(version.as_str()),
                _ => None,
            })
            .collect();
        versions.sort_unstable();
        versions.dedup();
        // Several are another check's finding.
        let [version] = versions[..] else {
            return Verdict::not_applicable("the sources name no version of Stripe's API, or several");
        };
        let endpoints = match stripe.endpoints.as_ref() {
            Ok(endpoints) => endpoints,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        let differs = |of: &str| release(of) != release(version);
        let findings = endpoints.iter().filter(|endpoint| endpoint.enabled).filter_map(|endpoint| {
            let of = endpoint.api_version.as_deref().filter(|of| differs(of))?;
            Some(
                Finding::new(format!(
                    "{} gets events of version {of}, the sources name {version}",
                    endpoint.url
                ))
                .at(Place::url(endpoint.url.as_str()))
                .key(endpoint.url.clone())
                .fix(format!("make the endpoint anew with version {version}")),
            )
        });
        Verdict::from_findings(findings.collect())
    })
}

/// Since 2024 the versions of one name differ only by what was added: `2025-03-31.basil`.
fn release(version: &str) -> &str {
    version.split_once('.').map_or(version, |(_, name)| name)
}

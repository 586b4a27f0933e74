//! The provider is told to deliver events over plain http.
//!
//! Customer data and signatures travel in clear, and whoever is on the way can hold back or repeat
//! events. Many servers answer http with a redirect, which providers count as a failed delivery.
//!
//! ## Fix
//!
//! Register the https URL with the provider.

use super::parsed_url;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Webhook,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/url-not-https",
    title: "webhook is delivered without encryption",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Webhook(judge),
    source: include_str!("url_not_https.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let url = match parsed_url(webhook) {
        Ok(url) => url,
        Err(verdict) => return verdict,
    };
    if url.scheme() == "https" {
        return Verdict::Pass;
    }
    if !webhook.production {
        return Verdict::not_applicable(format!("{url} is not a production endpoint"));
    }
    Verdict::fail(
        Finding::new(format!("the production webhook {url} is delivered over {}", url.scheme()))
            .at(Place::url(url.as_str()))
            .fix("register the https URL with the provider"),
    )
}

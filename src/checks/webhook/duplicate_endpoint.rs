//! More than one production endpoint is declared for the same provider.
//!
//! Each event is then handled twice, often by an old and a new version of the same code: two mails, two
//! credits, or two jobs that overwrite each other. Where both are meant (Stripe Connect and the account
//! itself) they should listen to different events.
//!
//! ## Fix
//!
//! Keep one endpoint for each event type and remove the others at the provider.

use std::collections::BTreeMap;

use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Observations, Seen, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/duplicate-endpoint",
    title: "several production endpoints for one provider",
    station: Station::Webhook,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook], judge),
    source: include_str!("duplicate_endpoint.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    let mut by_provider: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (subject, webhook) in production(seen) {
        if let (Some(provider), Some(url)) = (&webhook.provider, &webhook.url) {
            by_provider.entry(provider).or_default().push((subject, url));
        }
    }
    seen.webhooks
        .iter()
        .map(|(subject, webhook)| (subject.clone(), endpoint(subject, webhook, &by_provider)))
        .collect()
}

fn endpoint(
    subject: &str,
    webhook: &Seen<Webhook>,
    by_provider: &BTreeMap<&str, Vec<(&str, &str)>>,
) -> Verdict {
    let webhook = match webhook.as_ref() {
        Ok(webhook) => webhook,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    if webhook.url.is_none() || !webhook.production {
        return Verdict::not_applicable("not a production endpoint with a URL");
    }
    let Some(provider) = &webhook.provider else {
        let why = format!("the provider of {subject} is not known; declare `provider`");
        return Verdict::inconclusive(Miss::Unsupported(why));
    };
    let twins = by_provider.get(provider.as_str()).map(Vec::as_slice).unwrap_or_default();
    // One finding for all of them, filed under the first.
    match twins {
        [(first, _), _, ..] if *first == subject => {
            let urls: Vec<&str> = twins.iter().map(|(_, url)| *url).collect();
            Verdict::fail(
                Finding::new(format!(
                    "{} production endpoints are declared for {provider}: {}",
                    urls.len(),
                    urls.join(", ")
                ))
                .places(urls.iter().map(|url| Place::url(*url)))
                .key(provider.clone())
                .fix("keep one endpoint for each event type and remove the others at the provider"),
            )
        }
        [(first, _), _, ..] => Verdict::not_applicable(format!("reported for {first}")),
        _ => Verdict::Pass,
    }
}

fn production(seen: &Observations) -> impl Iterator<Item = (&str, &Webhook)> {
    let got = seen.webhooks.iter().filter_map(|(subject, webhook)| Some((subject.as_str(), webhook.got()?)));
    got.filter(|(_, webhook)| webhook.production)
}

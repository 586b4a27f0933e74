//! Checks of the station `webhook`.

mod body_reparsed;
mod dead_endpoint;
mod duplicate_endpoint;
mod error_details_returned;
mod error_swallowed;
mod fails_open;
mod gateway_jwt;
mod no_dedupe;
mod server_error_on_unsigned;
mod sync_verification;
mod unsigned_accepted;
mod url_foreign_host;
mod url_not_https;
mod url_tunnel;

use std::collections::BTreeSet;

use url::Url;

use super::Check;
use crate::{
    finding::Place,
    seen::{Handler, Miss, Observations, Probe, Seen, Spot, Webhook},
    verdict::Verdict,
};

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &body_reparsed::CHECK,
    &dead_endpoint::CHECK,
    &duplicate_endpoint::CHECK,
    &error_details_returned::CHECK,
    &error_swallowed::CHECK,
    &fails_open::CHECK,
    &gateway_jwt::CHECK,
    &no_dedupe::CHECK,
    &server_error_on_unsigned::CHECK,
    &sync_verification::CHECK,
    &unsigned_accepted::CHECK,
    &url_foreign_host::CHECK,
    &url_not_https::CHECK,
    &url_tunnel::CHECK,
];

/// An endpoint that acknowledges unverified events has one cause, however it was seen.
const UNVERIFIED: &str = "webhook/unverified";

/// Judges each endpoint once, with what its source and its answers show.
fn by_endpoint(
    seen: &Observations,
    judge: impl Fn(&str, Option<&Webhook>, Option<&Seen<Probe>>) -> Verdict,
) -> Vec<(String, Verdict)> {
    let subjects: BTreeSet<&String> = seen.webhooks.keys().chain(seen.probes.keys()).collect();
    let verdict = |subject: &str| {
        let probe = seen.probes.get(subject);
        match seen.webhooks.get(subject).map(Seen::as_ref) {
            Some(Ok(webhook)) => judge(subject, Some(webhook), probe),
            None => judge(subject, None, probe),
            // What the endpoint answers can still be judged.
            Some(Err(_)) if probe.is_some_and(|probe| probe.got().is_some()) => judge(subject, None, probe),
            Some(Err(miss)) => Verdict::inconclusive(miss.clone()),
        }
    };
    subjects.into_iter().map(|subject| (subject.clone(), verdict(subject))).collect()
}

/// The handler's source, or why there is nothing to say about it.
fn handler_of(webhook: Option<&Webhook>) -> Result<&Handler, Verdict> {
    let webhook = webhook.ok_or_else(|| Verdict::inconclusive(Miss::NotAsked))?;
    webhook.handler.as_ref().map(AsRef::as_ref).map_err(|miss| Verdict::inconclusive(miss.clone()))
}

/// The endpoint's URL, or why there is nothing to say about it.
fn parsed_url(webhook: &Webhook) -> Result<Url, Verdict> {
    let Some(url) = &webhook.url else {
        return Err(Verdict::not_applicable("no URL is declared for the handler"));
    };
    Url::parse(url).map_err(|err| Verdict::inconclusive(Miss::Malformed(format!("{url}: {err}"))))
}

fn place(handler: &Handler, spot: &Spot) -> Place {
    Place::line_of(handler.path.clone(), spot.line, spot.column, spot.snippet.clone())
}

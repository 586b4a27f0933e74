//! Checks of the station `webhook`.

mod body_reparsed;
mod broken_source;
mod caller_not_checked;
mod claimed_before_work;
mod client_fulfilment;
mod client_price;
mod dead_endpoint;
mod duplicate_endpoint;
mod duplicate_handler;
mod effect_before_verification;
mod error_details_returned;
mod error_swallowed;
mod event_kind_unhandled;
mod fails_open;
mod function_without_source;
mod gateway_jwt;
mod handler_does_nothing;
mod no_dedupe;
mod no_tolerance;
mod open_cors;
mod payment_status_unread;
mod public_prefix_secret;
mod removed_functions_config;
mod secret_in_source;
mod secret_in_url;
mod secrets_in_logs;
mod server_error_on_unsigned;
mod signed_event_refused;
mod stripe_charges_disabled;
mod stripe_endpoint_disabled;
mod stripe_endpoint_foreign_host;
mod stripe_endpoint_missing;
mod stripe_endpoint_twice;
mod stripe_endpoint_version;
mod stripe_event_not_subscribed;
mod stripe_events_undelivered;
mod sync_verification;
mod timing_unsafe_comparison;
mod unsigned_accepted;
mod url_foreign_host;
mod url_not_https;
mod url_tunnel;
mod write_error_ignored;
mod write_not_awaited;
mod wrong_status;

use std::collections::BTreeSet;

use url::Url;

use super::{Check, Context};
use crate::{
    finding::{Finding, Place},
    seen::{Account, Handler, Miss, Observations, Probe, Seen, Spot, Stripe, Webhook},
    verdict::Verdict,
};

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &body_reparsed::CHECK,
    &broken_source::CHECK,
    &caller_not_checked::CHECK,
    &claimed_before_work::CHECK,
    &client_fulfilment::CHECK,
    &client_price::CHECK,
    &dead_endpoint::CHECK,
    &duplicate_endpoint::CHECK,
    &duplicate_handler::CHECK,
    &effect_before_verification::CHECK,
    &error_details_returned::CHECK,
    &error_swallowed::CHECK,
    &event_kind_unhandled::CHECK,
    &fails_open::CHECK,
    &function_without_source::CHECK,
    &gateway_jwt::CHECK,
    &handler_does_nothing::CHECK,
    &no_dedupe::CHECK,
    &no_tolerance::CHECK,
    &open_cors::CHECK,
    &payment_status_unread::CHECK,
    &public_prefix_secret::CHECK,
    &removed_functions_config::CHECK,
    &secret_in_source::CHECK,
    &secret_in_url::CHECK,
    &secrets_in_logs::CHECK,
    &server_error_on_unsigned::CHECK,
    &signed_event_refused::CHECK,
    &stripe_charges_disabled::CHECK,
    &stripe_endpoint_disabled::CHECK,
    &stripe_endpoint_foreign_host::CHECK,
    &stripe_endpoint_missing::CHECK,
    &stripe_endpoint_twice::CHECK,
    &stripe_endpoint_version::CHECK,
    &stripe_event_not_subscribed::CHECK,
    &stripe_events_undelivered::CHECK,
    &sync_verification::CHECK,
    &timing_unsafe_comparison::CHECK,
    &unsigned_accepted::CHECK,
    &url_foreign_host::CHECK,
    &url_not_https::CHECK,
    &url_tunnel::CHECK,
    &write_error_ignored::CHECK,
    &write_not_awaited::CHECK,
    &wrong_status::CHECK,
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

/// Judges what Stripe's API told, where it was asked.
fn by_stripe(seen: &Observations, judge: impl Fn(&Stripe) -> Verdict) -> Vec<(String, Verdict)> {
    let verdict = |account: &Seen<Account>| match account.as_ref() {
        Ok(Account::Stripe(stripe)) => judge(stripe),
        Ok(_) => Verdict::inconclusive(Miss::Internal("stripe answered as another provider".to_owned())),
        Err(miss) => Verdict::inconclusive(miss.clone()),
    };
    seen.accounts.get("stripe").map(|account| ("stripe".to_owned(), verdict(account))).into_iter().collect()
}

/// URLs of Stripe's endpoints that are declared for live or for test mode.
fn stripe_urls<'a>(context: &Context<'a>, live: bool) -> Vec<&'a str> {
    let of_stripe = context.target.webhooks.iter().filter(|webhook| {
        webhook.production == live && webhook.provider.as_deref().is_none_or(|provider| provider == "stripe")
    });
    of_stripe.filter_map(|webhook| webhook.url.as_deref()).collect()
}

fn is_declared(context: &Context<'_>, url: &str) -> bool {
    let declared = context.target.webhooks.iter().filter_map(|webhook| webhook.url.as_deref());
    declared.into_iter().any(|known| is_same_address(known, url))
}

/// Whatever the query, which may hold a secret and is not kept.
fn is_same_address(one: &str, other: &str) -> bool {
    let bare = |url: &str| {
        let mut url = Url::parse(url).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    bare(one).is_some() && bare(one) == bare(other)
}

/// What the endpoint answered, or why only that could tell.
fn live(probe: Option<&Seen<Probe>>) -> Result<&Probe, Verdict> {
    match probe.map(Seen::as_ref) {
        Some(Ok(probe)) => Ok(probe),
        Some(Err(miss @ Miss::NotConsented(_))) => {
            Err(Verdict::not_applicable(format!("only a live request can tell: {miss}")))
        }
        Some(Err(miss)) => Err(Verdict::inconclusive(miss.clone())),
        None => Err(Verdict::not_applicable("no URL is known")),
    }
}

/// The handler's source, or why there is nothing to say about it.
fn handler_of(webhook: Option<&Webhook>) -> Result<&Handler, Verdict> {
    let webhook = webhook.ok_or_else(|| Verdict::inconclusive(Miss::NotAsked))?;
    match webhook.handler.as_ref() {
        Ok(handler) => Ok(handler),
        Err(miss) => Err(Verdict::inconclusive(miss.clone())),
    }
}

/// What was met on a way that was walked is there, whatever the other ways do; that nothing was met says
/// something only when all were walked.
fn outcome(handler: &Handler, findings: Vec<Finding>) -> Verdict {
    if findings.is_empty() && handler.unfinished {
        return Verdict::inconclusive(too_tangled(handler));
    }
    Verdict::from_findings(findings)
}

/// The handler's source where it shows that it takes a provider's events, not a page's requests.
fn events_of(webhook: &Webhook) -> Result<&Handler, Verdict> {
    let handler = handler_of(Some(webhook))?;
    let shows = webhook.provider.is_some()
        || !handler.event_types.is_empty()
        || !handler.verified.is_empty()
        || !handler.compared.is_empty()
        || !handler.delegated.is_empty()
        // Something is written for whoever posts to what is called a webhook.
        || !handler.unverified.is_empty() && !handler.writes.is_empty();
    if shows {
        return Ok(handler);
    }
    let why = format!("{}: nothing in it tells whose events it takes", handler.path);
    Err(Verdict::inconclusive(Miss::Unsupported(why)))
}

/// What was not met on the ways that were walked may be on the others.
fn too_tangled(handler: &Handler) -> Miss {
    Miss::Unsupported(format!("{} is too tangled: not every way through it was walked", handler.path))
}

/// The endpoint's URL, or why there is nothing to say about it.
fn parsed_url(webhook: &Webhook) -> Result<Url, Verdict> {
    let Some(url) = &webhook.url else {
        return Err(Verdict::not_applicable("no URL is declared for the handler"));
    };
    Url::parse(url).map_err(|err| Verdict::inconclusive(Miss::Malformed(format!("{url}: {err}"))))
}

/// Where the handler itself leads to a place in another file.
fn called(handler: &Handler, spot: &Spot) -> Option<Place> {
    spot.called.map(|line| Place::file(&handler.path, line))
}

fn place(handler: &Handler, spot: &Spot) -> Place {
    place_of(spot.file.as_ref().unwrap_or(&handler.path), spot)
}

fn place_of(path: &str, spot: &Spot) -> Place {
    Place::line_of(path, spot.line, spot.column, spot.snippet.clone())
}

/// A place in a handler's source, as messages name it: `path:line`.
struct Shown<'a>(&'a Handler, &'a Spot);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.path(), self.1.line)
    }
}

impl Shown<'_> {
    fn path(&self) -> &str {
        self.1.file.as_ref().unwrap_or(&self.0.path)
    }

    /// The place itself, then the lines that belong to it.
    fn places(&self) -> Vec<Place> {
        let also = self.1.also.iter().map(|line| Place::file(self.path(), *line));
        std::iter::once(place(self.0, self.1)).chain(also).chain(called(self.0, self.1)).collect()
    }

    /// Tells it from others by what the line says, not by where it is.
    fn key(&self) -> String {
        format!("{}\n{}\n{}", self.path(), self.1.what, self.1.snippet.trim())
    }
}

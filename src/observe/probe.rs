//! Sends inert requests to a webhook endpoint, with consent.
//!
//! At most [`MOST`], one a second, each on a connection of its own, no redirect followed. The event
//! is of a type that no provider has and names nothing that exists. A host elsewhere must prove that it
//! belongs to whoever asks; signed events go to endpoints outside production alone.

mod proof;
mod signing;

use std::time::Duration;

use reqwest::Method;
use url::Url;

use self::signing::Signing;
use super::{
    Net,
    net::{Request, Trust},
};
use crate::{
    engine::cache::challenge,
    plan::Touch,
    seen::{Effects, Exchange, Miss, Probe, ProbeAnswer, Reply, Seen, Sent},
};

/// Most requests an endpoint.
const MOST: usize = 10;
const BODY: usize = 64 << 10;
/// What is sent without the endpoint's own secret, in this order.
const UNSIGNED: [Sent; 6] =
    [Sent::Unsigned, Sent::BadlySigned, Sent::OtherKey, Sent::Malformed, Sent::NotJson, Sent::Get];

pub(super) async fn observe(net: &Net, url: &str) -> Seen<Probe> {
    let Ok(parsed) = Url::parse(url) else {
        return Seen::Missed(Miss::Malformed(format!("{url} is not a URL")));
    };
    if !net.stays_here(&parsed)
        && let Err(miss) = proof::of_owner(net, &parsed).await
    {
        return Seen::Missed(miss);
    }
    let signing = Signing::of(net, url);
    let mut visit = Visit { net, url: &parsed, probe: Probe { url: url.to_owned(), ..Probe::default() } };
    for sent in UNSIGNED {
        if let Some(request) = signing.request(url, sent) {
            visit.send(sent, request).await;
        }
    }
    match signing.refusal() {
        Some(why) => visit.probe.unsigned = Some(why),
        None => visit.signed(&signing).await,
    }
    Seen::Got(visit.probe)
}

pub(super) fn touches(url: &str) -> Vec<Touch> {
    let http = |method: &str, why: &str| Touch::Http {
        method: method.to_owned(),
        url: url.to_owned(),
        why: why.to_owned(),
    };
    vec![
        http("POST", "inert event without a signature"),
        http("POST", "inert event with a wrong signature"),
        http("POST", "inert event signed with another key"),
        http("POST", "inert event with a malformed signature"),
        http("POST", "plain text without a signature"),
        http("GET", "a method that no provider uses"),
        http(
            "POST",
            "inert event signed with secret_env: fresh, an hour old, and repeated (not in production)",
        ),
    ]
}

struct Visit<'a> {
    net: &'a Net,
    url: &'a Url,
    probe: Probe,
}

impl Visit<'_> {
    /// One request, a second after the one before it.
    async fn send(&mut self, sent: Sent, request: Request) {
        let count = self.probe.answers.len();
        if self.probe.stopped.is_some() || count >= MOST {
            return;
        }
        if count > 0 && !self.net.stays_here(self.url) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let reply = match self.net.fetch(request).await {
            Ok((exchange, body)) => {
                self.probe.stopped = refusal(&self.probe.url, &exchange);
                Seen::Got(reply(&exchange, &String::from_utf8_lossy(&body.bytes)))
            }
            Err(miss) => {
                self.probe.stopped = Some(miss.clone());
                Seen::Missed(miss)
            }
        };
        self.probe.answers.push(ProbeAnswer { sent, reply });
    }

    /// A signed event, the same again, and one that is too old; the endpoint's own count around them.
    async fn signed(&mut self, signing: &Signing) {
        let Some((first, repeated)) = signing.twice(self.url.as_str()) else { return };
        let before = self.count(signing).await;
        self.send(Sent::Signed, first).await;
        let once = self.count(signing).await;
        self.send(Sent::Repeated, repeated).await;
        let twice = self.count(signing).await;
        if let (Some(before), Some(once), Some(twice)) = (before, once, twice) {
            self.probe.effects = Some(Effects { before, once, twice });
        }
        if let Some(stale) = signing.stale(self.url.as_str()) {
            self.send(Sent::Stale, stale).await;
        }
    }

    /// The number that the declared URL answers with.
    async fn count(&self, signing: &Signing) -> Option<u64> {
        let mut request =
            Request::get(signing.effects.clone()?, "count of effects").trusting(Trust::Verified);
        request.body_limit = 1 << 10;
        let (exchange, body) = self.net.fetch(request).await.ok()?;
        let text = String::from_utf8_lossy(&body.bytes);
        (exchange.status == 200).then(|| text.trim().parse().ok())?
    }
}

fn plain(url: &str, method: Method) -> Request {
    let mut request =
        Request::get(url, "webhook probe").trusting(Trust::Verified).header("x-probe", "gonogo");
    request.method = method;
    request.body_limit = BODY;
    request
}

fn reply(exchange: &Exchange, body: &str) -> Reply {
    let location = exchange.header("location").map(|to| to.split(['?', '#']).next().unwrap_or_default());
    Reply {
        status: exchange.status,
        gateway: gateway(exchange.status, body),
        leaks: leaks(body),
        location: location.map(|to| to.chars().take(200).collect()),
    }
}

/// Words with which a gateway, not the handler, refuses.
fn gateway(status: u16, body: &str) -> Option<String> {
    const WORDS: &[(&str, &str)] = &[
        ("Missing authorization header", "Supabase"),
        ("UNAUTHORIZED_NO_AUTH_HEADER", "Supabase"),
        ("Invalid JWT", "Supabase"),
        ("No API key found in request", "Supabase"),
        ("Your client does not have permission to get URL", "Google Cloud"),
        ("\"Missing Authentication Token\"", "AWS API Gateway"),
        ("Vercel Authentication", "Vercel deployment protection"),
    ];
    let refused = matches!(status, 401 | 403);
    let found = WORDS.iter().find(|(words, _)| refused && body.contains(words));
    found.map(|(_, name)| (*name).to_owned())
}

/// What an error page gives away.
fn leaks(body: &str) -> Vec<String> {
    const SIGNS: &[(&str, &str)] = &[
        ("    at ", "a stack trace"),
        ("Traceback (most recent call last)", "a stack trace"),
        ("node_modules/", "a path in node_modules"),
        ("whsec_", "the prefix of a webhook secret"),
        ("No signatures found matching the expected signature", "the SDK's error message"),
        ("Unable to extract timestamp and signatures", "the SDK's error message"),
        ("is not defined", "a program error"),
        ("Cannot read propert", "a program error"),
        ("violates row-level security", "a database error"),
        ("duplicate key value", "a database error"),
    ];
    let mut found: Vec<String> =
        SIGNS.iter().filter(|(sign, _)| body.contains(sign)).map(|(_, what)| (*what).to_owned()).collect();
    found.sort();
    found.dedup();
    found
}

/// After these a guest leaves.
fn refusal(url: &str, exchange: &Exchange) -> Option<Miss> {
    if challenge(&exchange.headers) {
        return Some(Miss::Denied(format!("{url}: a bot challenge instead of an answer")));
    }
    matches!(exchange.status, 429 | 503).then(|| Miss::Denied(format!("{url}: {}", exchange.status)))
}

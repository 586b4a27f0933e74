//! Sends inert, unsigned requests to a webhook endpoint, with consent.
//!
//! At most [`MOST`], one a second, each on a connection of its own, no redirect followed. The event
//! is of a type that no provider has and names nothing that exists.

use std::{fmt::Write as _, time::Duration};

use reqwest::Method;
use url::Url;

use super::{
    Net,
    net::{Request, Trust},
};
use crate::{
    engine::{cache::challenge, handler},
    plan::Touch,
    seen::{Exchange, Miss, Probe, ProbeAnswer, Reply, Seen, Sent},
};

/// Most requests an endpoint.
const MOST: usize = 6;
const BODY: usize = 64 << 10;

pub(super) async fn observe(net: &Net, url: &str) -> Seen<Probe> {
    let Ok(parsed) = Url::parse(url) else {
        return Seen::Missed(Miss::Malformed(format!("{url} is not a URL")));
    };
    let mut probe = Probe { url: url.to_owned(), ..Probe::default() };
    let signing = Signing::of(net, url);
    for sent in [Sent::Unsigned, Sent::BadlySigned, Sent::Malformed, Sent::Get].into_iter().take(MOST) {
        if sent != Sent::Unsigned && !net.stays_here(&parsed) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let Some(request) = request(url, sent, &signing) else { continue };
        let reply = match net.fetch(request).await {
            Ok((exchange, body)) => {
                probe.stopped = refusal(url, &exchange);
                Seen::Got(reply(&exchange, &String::from_utf8_lossy(&body.bytes)))
            }
            Err(miss) => {
                probe.stopped = Some(miss.clone());
                Seen::Missed(miss)
            }
        };
        probe.answers.push(ProbeAnswer { sent, reply });
        if probe.stopped.is_some() {
            break;
        }
    }
    Seen::Got(probe)
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
        http("POST", "inert event with a malformed signature"),
        http("GET", "a method that no provider uses"),
    ]
}

/// How the provider would sign, so that a wrong signature looks like one.
struct Signing {
    header: Option<String>,
    template: String,
}

impl Signing {
    fn of(net: &Net, url: &str) -> Self {
        let declared = net.target.webhooks.iter().find(|webhook| webhook.url.as_deref() == Some(url));
        let declared = declared.and_then(|webhook| webhook.provider.as_deref()).and_then(handler::provider);
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        let known = declared.or_else(|| handler::provider_named(path));
        Self {
            header: known.and_then(|known| known.headers.first().cloned()),
            template: known.and_then(|known| known.bad_signature.clone()).unwrap_or_default(),
        }
    }

    fn wrong(&self) -> String {
        let now = jiff::Timestamp::now().as_second().to_string();
        self.template.replace("{now}", &now).replace("{zeros}", &"0".repeat(64))
    }
}

/// None where the provider has no signature header to get wrong.
fn request(url: &str, sent: Sent, signing: &Signing) -> Option<Request> {
    let mut request =
        Request::get(url, "webhook probe").trusting(Trust::Verified).header("x-probe", "gonogo");
    request.body_limit = BODY;
    if sent == Sent::Get {
        return Some(request);
    }
    request.method = Method::POST;
    request.body = Some(event().into_bytes());
    let request = request.header("content-type", "application/json");
    match (sent, &signing.header) {
        (Sent::BadlySigned, Some(header)) => Some(request.header(header.clone(), signing.wrong())),
        (Sent::Malformed, Some(header)) => Some(request.header(header.clone(), "gonogo")),
        (Sent::BadlySigned | Sent::Malformed, None) => None,
        _ => Some(request),
    }
}

/// An event that means nothing to anybody. Its blanks do not survive being parsed and written again.
fn event() -> String {
    let mut random = [0_u8; 12];
    // Without randomness the id repeats, which an inert event may.
    let _ = rustls::crypto::aws_lc_rs::default_provider().secure_random.fill(&mut random);
    let id = random.iter().fold(String::new(), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    });
    format!(
        "{{ \"id\": \"evt_probe_{id}\",  \"object\": \"event\", \"type\": \"gonogo.probe\", \"livemode\": false, \"data\": {{ \"object\": {{ }} }} }}"
    )
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

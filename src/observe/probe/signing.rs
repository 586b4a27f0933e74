//! How the provider would sign, so that a wrong signature looks like one, and a right one is.

use std::fmt::Write as _;

use reqwest::Method;

use super::{super::net::Request, plain};
use crate::{
    engine::{
        handler::{self, Provider},
        signature,
    },
    observe::Net,
    seen::{Miss, Sent},
    target::WebhookTarget,
};

/// More than any provider tolerates.
const AGO: i64 = 4_000;

pub(super) struct Signing {
    known: Option<&'static Provider>,
    /// The endpoint's own, or why there is none to sign with.
    secret: Result<String, Miss>,
    /// Nobody's.
    other: String,
    now: i64,
    body: String,
    /// Where the endpoint counts its effects.
    pub(super) effects: Option<String>,
}

impl Signing {
    pub(super) fn of(net: &Net, url: &str) -> Self {
        let declared = net.target.webhooks.iter().find(|webhook| webhook.url.as_deref() == Some(url));
        let named = declared.and_then(|webhook| webhook.provider.as_deref()).and_then(handler::provider);
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        let known = named.or_else(|| handler::provider_named(path));
        Self {
            known,
            secret: secret(declared, known),
            other: other(known),
            now: jiff::Timestamp::now().as_second(),
            body: event(),
            effects: declared.and_then(|webhook| webhook.effects.clone()),
        }
    }

    /// Why no signed event is sent.
    pub(super) fn refusal(&self) -> Option<Miss> {
        self.secret.as_ref().err().cloned()
    }

    /// A request that nobody signed. None where the provider has no signature to get wrong.
    pub(super) fn request(&self, url: &str, sent: Sent) -> Option<Request> {
        let header = || self.known.and_then(|known| known.headers.first());
        match sent {
            Sent::Get => Some(plain(url, Method::GET)),
            Sent::Unsigned => Some(self.post(url)),
            Sent::BadlySigned => Some(self.post(url).header(header()?.clone(), self.wrong())),
            Sent::Malformed => Some(self.post(url).header(header()?.clone(), "gonogo")),
            Sent::OtherKey => self.sealed(url, &self.other, self.now),
            Sent::NotJson => {
                let mut request = plain(url, Method::POST).header("content-type", "text/plain");
                request.body = Some(b"gonogo".to_vec());
                Some(request)
            }
            Sent::Signed | Sent::Stale | Sent::Repeated => None,
        }
    }

    /// A signed event, and the very same again.
    pub(super) fn twice(&self, url: &str) -> Option<(Request, Request)> {
        let secret = self.secret.as_ref().ok()?;
        Some((self.sealed(url, secret, self.now)?, self.sealed(url, secret, self.now)?))
    }

    /// A signed event of more than an hour ago, where the signature says when it was made.
    pub(super) fn stale(&self, url: &str) -> Option<Request> {
        let secret = self.secret.as_ref().ok()?;
        let scheme = self.known?.signature.as_ref()?;
        (!scheme.timestamp.is_empty()).then(|| self.sealed(url, secret, self.now - AGO))?
    }

    fn post(&self, url: &str) -> Request {
        let mut request = plain(url, Method::POST).header("content-type", "application/json");
        request.body = Some(self.body.clone().into_bytes());
        request
    }

    fn sealed(&self, url: &str, key: &str, now: i64) -> Option<Request> {
        let scheme = self.known?.signature.as_ref()?;
        let headers = signature::headers(scheme, url, self.body.as_bytes(), key, now)?;
        let request = self.post(url);
        Some(headers.into_iter().fold(request, |request, (name, value)| request.header(name, value)))
    }

    fn wrong(&self) -> String {
        let template = self.known.and_then(|known| known.bad_signature.clone()).unwrap_or_default();
        template.replace("{now}", &self.now.to_string()).replace("{zeros}", &"0".repeat(64))
    }
}

/// The endpoint's signing secret, outside production alone.
fn secret(declared: Option<&WebhookTarget>, known: Option<&Provider>) -> Result<String, Miss> {
    let refused = |why: String| Err(Miss::NotConsented(why));
    let Some((webhook, name)) = declared.and_then(|webhook| Some((webhook, webhook.secret_env.as_ref()?)))
    else {
        return refused("signed events need `secret_env` for the endpoint in gonogo.toml".to_owned());
    };
    if webhook.production {
        return refused(format!("{} is in production: no signed event is sent there", webhook.subject()));
    }
    if known.is_none_or(|known| known.signature.is_none()) {
        let why = format!("how the provider of {} signs is not known", webhook.subject());
        return Err(Miss::Unsupported(why));
    }
    match std::env::var(name) {
        Ok(secret) if !secret.is_empty() => Ok(secret),
        _ => refused(format!("the environment variable {name} is not set")),
    }
}

/// A key in the provider's form that nobody has.
fn other(known: Option<&Provider>) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let bytes = random::<24>();
    let prefix =
        known.and_then(|known| known.signature.as_ref()).map_or("", |scheme| scheme.key_prefix.as_str());
    format!("{prefix}{}", STANDARD.encode(bytes))
}

/// An event that means nothing to anybody. Its blanks do not survive being parsed and written again.
fn event() -> String {
    let id = random::<12>().iter().fold(String::new(), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    });
    format!(
        "{{ \"id\": \"evt_probe_{id}\",  \"object\": \"event\", \"type\": \"gonogo.probe\", \"livemode\": false, \"data\": {{ \"object\": {{ }} }} }}"
    )
}

/// Without randomness it repeats, which an inert event may.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    let _ = rustls::crypto::aws_lc_rs::default_provider().secure_random.fill(&mut bytes);
    bytes
}

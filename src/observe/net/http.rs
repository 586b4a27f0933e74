//! One HTTP exchange at a time: no redirect is followed, no body is kept whole, no proxy is used.

mod verifier;

use std::{io::ErrorKind, net::SocketAddr, sync::Arc, time::Instant};

use reqwest::{Client, Method, redirect};
use rustls::{ClientConfig, pki_types::ServerName};
use url::{Host, Url};

use self::verifier::{Anything, Named};
use super::Net;
use crate::seen::{Exchange, Miss};

/// Most bytes read of a body unless a request says otherwise.
const BODY_LIMIT: usize = 1 << 20;
/// Most headers kept, and most bytes of each.
const HEADERS: usize = 200;
const HEADER_BYTES: usize = 4_096;

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub url: String,
    /// Added to the standard ones; may hold credentials, which are only sent over a verified
    /// connection (or plain http to a loopback address).
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    pub body_limit: usize,
    pub trust: Trust,
    /// Written into the list of contacts.
    pub purpose: &'static str,
}

/// Whether the certificate must verify.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Trust {
    Verified,
    /// For passive looks at sites whose certificate is the tls station's finding.
    Anything,
}

/// What was read of a body.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub bytes: Vec<u8>,
    /// There was more than the limit.
    pub cut: bool,
}

impl Request {
    pub fn get(url: impl Into<String>, purpose: &'static str) -> Self {
        Self {
            method: Method::GET,
            url: url.into(),
            headers: Vec::new(),
            body: None,
            body_limit: BODY_LIMIT,
            trust: Trust::Verified,
            purpose,
        }
    }

    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    #[must_use]
    pub fn trusting(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }
}

impl Net {
    /// Makes the exchange on a connection of its own. The body is handed over beside the
    /// observation, because observations never hold one.
    pub async fn fetch(&self, mut request: Request) -> Result<(Exchange, Body), Miss> {
        let url = Url::parse(&request.url).map_err(|err| Miss::Malformed(format!("a URL: {err}")))?;
        request.url = without_password(&url, request.url);
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(Miss::Unsupported(format!("{} has no host", request.url)));
        };
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Miss::Unsupported(format!("{} is neither http nor https", request.url)));
        }
        let peers = self.peers(host, port).await?;
        guard(&request, &url, &peers)?;
        self.note_contact(host, port, request.purpose);
        let wire = to_wire(&url, &peers);
        let client = self.client(&url, &wire, &peers, request.trust)?;

        let started = Instant::now();
        let asked = async {
            let mut builder = client.request(request.method.clone(), wire.clone());
            if wire != url {
                builder = builder.header("host", authority(&url));
            }
            for (name, value) in &request.headers {
                builder = builder.header(name, value);
            }
            if let Some(body) = request.body.clone() {
                builder = builder.body(body);
            }
            let response = builder.send().await.map_err(|err| miss(&request.url, &err))?;
            let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            read(response, &request, &url, millis).await
        };
        tokio::time::timeout(self.patience(), asked)
            .await
            .unwrap_or_else(|_| Err(Miss::Timeout(request.url.clone())))
    }

    /// One client an exchange: cookies, connections and caches of one never reach another.
    fn client(&self, url: &Url, wire: &Url, peers: &[SocketAddr], trust: Trust) -> Result<Client, Miss> {
        let dialled_elsewhere = url.host() != wire.host();
        Client::builder()
            .user_agent(concat!("gonogo/", env!("CARGO_PKG_VERSION"), " (launch audit)"))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .http1_max_headers(HEADERS)
            .resolve_to_addrs(url.host_str().unwrap_or_default(), peers)
            .tls_backend_preconfigured(self.tls(trust, dialled_elsewhere.then_some(url))?)
            .build()
            .map_err(|err| Miss::Internal(format!("HTTP client: {err}")))
    }

    /// `meant` is the URL whose host the certificate must name where another address is dialled.
    fn tls(&self, trust: Trust, meant: Option<&Url>) -> Result<ClientConfig, Miss> {
        let internal = |err: String| Miss::Internal(format!("TLS configuration: {err}"));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|err| internal(err.to_string()))?;
        let mut config = builder.with_root_certificates(self.roots.clone()).with_no_client_auth();
        if trust == Trust::Anything {
            config.dangerous().set_certificate_verifier(Arc::new(Anything(provider)));
        } else if let Some(url) = meant {
            let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
            let name = ServerName::try_from(host).map_err(|err| internal(err.to_string()))?;
            let named = Named::new(self.roots.clone(), provider, name).map_err(internal)?;
            config.dangerous().set_certificate_verifier(Arc::new(named));
        }
        Ok(config)
    }
}

/// Headers that say nothing about who asks. Any other one may be a credential, whatever its name.
const HARMLESS: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "access-control-request-headers",
    "access-control-request-method",
    "cache-control",
    "content-type",
    "if-modified-since",
    "if-none-match",
    "origin",
    "pragma",
    "range",
    "referer",
    "user-agent",
];

/// Refuses to send what may be a credential where somebody else could read it: over a connection
/// whose certificate is not verified, or over plain http to anything but this machine.
fn guard(request: &Request, url: &Url, peers: &[SocketAddr]) -> Result<(), Miss> {
    let harmless = |name: &str| HARMLESS.iter().any(|known| known.eq_ignore_ascii_case(name));
    let secret = !url.username().is_empty()
        || url.password().is_some()
        || request.headers.iter().any(|(name, _)| !harmless(name));
    let private = match url.scheme() {
        "https" => request.trust == Trust::Verified,
        _ => peers.iter().all(|peer| peer.ip().to_canonical().is_loopback()),
    };
    if !secret || private {
        return Ok(());
    }
    let origin = url.origin().ascii_serialization();
    Err(Miss::Unsupported(format!("credentials are not sent to {origin}: the connection is not verified")))
}

/// The URL as the client must see it: an explicit port is the one really connected to, and so is a
/// literal address, for which the client asks no resolver.
fn to_wire(url: &Url, peers: &[SocketAddr]) -> Url {
    let mut wire = url.clone();
    let Some(peer) = peers.first() else { return wire };
    let literal = matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
    if literal {
        let _ = wire.set_ip_host(peer.ip());
    }
    if literal || url.port().is_some() {
        let _ = wire.set_port(Some(peer.port()));
    }
    wire
}

/// The URL as it may be recorded and reported.
fn without_password(url: &Url, text: String) -> String {
    if url.username().is_empty() && url.password().is_none() {
        return text;
    }
    let mut shown = url.clone();
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}

/// What the `host` header says.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

async fn read(
    mut response: reqwest::Response,
    request: &Request,
    url: &Url,
    millis: u64,
) -> Result<(Exchange, Body), Miss> {
    let headers = response.headers().iter().take(HEADERS).map(|(name, value)| {
        let text = String::from_utf8_lossy(value.as_bytes());
        let end = text.floor_char_boundary(HEADER_BYTES);
        (name.as_str().to_owned(), redacted(name.as_str(), &text[..end]))
    });
    let mut exchange = Exchange {
        method: request.method.to_string(),
        url: request.url.clone(),
        status: response.status().as_u16(),
        headers: headers.collect(),
        body_bytes: 0,
        untrusted: request.trust == Trust::Anything && url.scheme() == "https",
        millis,
    };
    let mut body = Body::default();
    while let Some(chunk) = response.chunk().await.map_err(|err| miss(&request.url, &err))? {
        let room = request.body_limit.saturating_sub(body.bytes.len());
        body.bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            body.cut = true;
            break;
        }
    }
    exchange.body_bytes = body.bytes.len() as u64;
    Ok((exchange, body))
}

/// A cookie's value is a credential: its name and attributes are what is judged.
fn redacted(name: &str, value: &str) -> String {
    if name != "set-cookie" {
        return value.to_owned();
    }
    let (pair, attributes) = value.split_once(';').map_or((value, ""), |(pair, rest)| (pair, rest));
    // Without `=` the whole pair is the value of a cookie without a name.
    let (key, secret) = pair.split_once('=').unwrap_or(("", pair));
    let shown = if secret.is_empty() { "" } else { "<redacted>" };
    if attributes.is_empty() { format!("{key}={shown}") } else { format!("{key}={shown};{attributes}") }
}

fn miss(url: &str, err: &reqwest::Error) -> Miss {
    let mut why = err.to_string();
    let mut broken = err.is_connect();
    let mut source: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(err);
    while let Some(cause) = source {
        why = cause.to_string();
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            if is_tls(io) {
                return Miss::Denied(format!("{url} ({why})"));
            }
            broken |= matches!(io.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe);
        }
        source = cause.source();
    }
    if err.is_timeout() {
        Miss::Timeout(url.to_owned())
    } else if broken {
        Miss::Refused(format!("{url} ({why})"))
    } else {
        Miss::Malformed(format!("{url} ({why})"))
    }
}

/// Is it TLS that failed, not the connection below? The layers wrap the error more than once.
fn is_tls(err: &std::io::Error) -> bool {
    err.get_ref().is_some_and(|inner| {
        inner.is::<rustls::Error>() || inner.downcast_ref::<std::io::Error>().is_some_and(is_tls)
    })
}

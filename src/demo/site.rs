//! The demo's web server: a website, a portal with private pages, a webhook endpoint, and before
//! them a cache that is as careless as the variant says.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header},
};
use rustls::ServerConfig;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{Secrets, Variant, listen};

pub(super) struct Site {
    variant: Variant,
    /// Session cookie to the visitor's name and e-mail address.
    visitors: HashMap<String, (&'static str, &'static str)>,
    env_file: String,
    /// The careless cache: by URL alone, whoever asks.
    cache: Mutex<HashMap<String, Page>>,
}

#[derive(Clone)]
struct Page {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Site {
    pub(super) fn new(variant: Variant, secrets: &Secrets) -> Self {
        let visitors = HashMap::from([
            (format!("session={}", secrets.session_ana), ("Ana Ferrer", "ana.ferrer@customer.example")),
            (format!("session={}", secrets.session_ben), ("Ben Okafor", "ben.okafor@customer.example")),
        ]);
        let env_file = secrets.fill(include_str!("portal/broken/env.production"));
        Self { variant, visitors, env_file, cache: Mutex::default() }
    }

    fn is_broken(&self) -> bool {
        self.variant == Variant::Broken
    }

    fn answer(&self, method: &Method, host: &str, uri: &Uri, headers: &HeaderMap) -> Page {
        match (method, host, uri.path()) {
            (_, "portal.acme.example", "/api/stripe-webhook") => self.webhook(method, headers),
            (&Method::GET, "portal.acme.example", "/account") => self.cached(uri, || self.account(headers)),
            (&Method::GET, _, "/") => self.front(host),
            (&Method::GET, _, "/.env") if self.is_broken() => {
                Page::new(StatusCode::OK, "text/plain", &self.env_file)
            }
            (&Method::GET, "mta-sts.acme.example", "/.well-known/mta-sts.txt") => Page::new(
                StatusCode::OK,
                "text/plain",
                "version: STSv1\r\nmode: enforce\r\nmx: *.mailer.example\r\nmax_age: 604800\r\n",
            ),
            _ => {
                self.dressed(Page::new(StatusCode::NOT_FOUND, "text/html; charset=utf-8", "<p>not here</p>"))
            }
        }
    }

    fn front(&self, host: &str) -> Page {
        let body =
            format!("<!doctype html><html lang=en><title>Acme</title><p>Welcome to {host}.</p></html>");
        let mut page = Page::new(StatusCode::OK, "text/html; charset=utf-8", &body);
        if self.is_broken() {
            page.headers.push(("set-cookie", "session=guest; Path=/".to_owned()));
            page.headers.push(("server", "nginx/1.14.0".to_owned()));
        } else {
            page.headers.push((
                "set-cookie",
                "__Host-session=guest; Path=/; Secure; HttpOnly; SameSite=Lax".to_owned(),
            ));
        }
        self.dressed(page)
    }

    /// A signed-in visitor's own page.
    fn account(&self, headers: &HeaderMap) -> Page {
        let cookie = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let Some((name, mail)) = self.visitors.get(cookie) else {
            return self.dressed(Page::new(
                StatusCode::UNAUTHORIZED,
                "text/html; charset=utf-8",
                "<p>please sign in</p>",
            ));
        };
        let body =
            format!("<!doctype html><html lang=en><title>Account</title><h1>{name}</h1><p>{mail}</p></html>");
        let mut page = Page::new(StatusCode::OK, "text/html; charset=utf-8", &body);
        let policy = if self.is_broken() { "public, max-age=600" } else { "private, no-store" };
        page.headers.push(("cache-control", policy.to_owned()));
        self.dressed(page)
    }

    /// The cache in front of the portal. The careless one keeps any good page for everybody.
    fn cached(&self, uri: &Uri, origin: impl FnOnce() -> Page) -> Page {
        let mut cache = match self.cache.lock() {
            Ok(cache) => cache,
            Err(poisoned) => poisoned.into_inner(),
        };
        if let Some(page) = cache.get(&uri.to_string()) {
            let mut page = page.clone();
            page.headers.extend([("cf-cache-status", "HIT".to_owned()), ("age", "7".to_owned())]);
            return page;
        }
        let mut page = origin();
        if self.is_broken() && page.status == StatusCode::OK {
            cache.insert(uri.to_string(), page.clone());
            page.headers.push(("cf-cache-status", "MISS".to_owned()));
        } else {
            page.headers.push(("cf-cache-status", "DYNAMIC".to_owned()));
        }
        page
    }

    fn webhook(&self, method: &Method, headers: &HeaderMap) -> Page {
        if self.is_broken() {
            return Page::new(StatusCode::OK, "application/json", r#"{"received":true}"#);
        }
        // The fixed endpoint knows no valid signature at all: the demo sends none.
        let (status, said) = match (method, headers.contains_key("stripe-signature")) {
            (&Method::POST, true) => (StatusCode::BAD_REQUEST, "bad signature"),
            (&Method::POST, false) => (StatusCode::BAD_REQUEST, "unsigned"),
            _ => (StatusCode::METHOD_NOT_ALLOWED, "method not allowed"),
        };
        Page::new(status, "text/plain; charset=utf-8", said)
    }

    /// The headers a mended site sends with everything.
    fn dressed(&self, mut page: Page) -> Page {
        if !self.is_broken() {
            page.headers.extend(
                [
                    ("strict-transport-security", "max-age=63072000; includeSubDomains; preload"),
                    (
                        "content-security-policy",
                        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
                    ),
                    ("x-content-type-options", "nosniff"),
                    ("referrer-policy", "strict-origin-when-cross-origin"),
                    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
                    ("cross-origin-opener-policy", "same-origin"),
                ]
                .map(|(name, value)| (name, value.to_owned())),
            );
        }
        page
    }
}

impl Page {
    fn new(status: StatusCode, kind: &str, body: &str) -> Self {
        Self { status, headers: vec![("content-type", kind.to_owned())], body: body.to_owned() }
    }

    fn into_response(self) -> Response<axum::body::Body> {
        let mut response = Response::new(self.body.into());
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// Serves http and https on two free loopback ports until the runtime ends.
pub(super) async fn serve(site: Arc<Site>, tls: Arc<ServerConfig>) -> io::Result<(SocketAddr, SocketAddr)> {
    let (plain, secure) = (listen().await?, listen().await?);
    let addresses = (plain.local_addr()?, secure.local_addr()?);
    let http = Router::new().fallback(over_http).with_state(site.clone());
    let https = Router::new().fallback(over_https).with_state(site);
    tokio::spawn(axum::serve(plain, http).into_future());
    tokio::spawn(axum::serve(Tls::new(secure, tls)?, https).into_future());
    Ok(addresses)
}

async fn over_https(
    State(site): State<Arc<Site>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    _body: Bytes,
) -> Response<axum::body::Body> {
    site.answer(&method, &host(&headers), &uri, &headers).into_response()
}

async fn over_http(
    State(site): State<Arc<Site>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response<axum::body::Body> {
    let host = host(&headers);
    if site.is_broken() {
        return site.answer(&method, &host, &uri, &headers).into_response();
    }
    let mut page = Page::new(StatusCode::MOVED_PERMANENTLY, "text/plain", "");
    page.headers.push(("location", format!("https://{host}{uri}")));
    page.into_response()
}

fn host(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    host.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

/// Hands over connections whose TLS handshake is done. Handshakes run side by side, so that a
/// client that stops in the middle of one (as a prober does) holds up nobody.
struct Tls {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl Tls {
    fn new(listener: TcpListener, config: Arc<ServerConfig>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let acceptor = TlsAcceptor::from(config);
        let (done, ready) = mpsc::channel(64);
        tokio::spawn(async move {
            loop {
                let Ok((tcp, peer)) = listener.accept().await else { continue };
                let (acceptor, done) = (acceptor.clone(), done.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(tcp).await {
                        let _ = done.send((stream, peer)).await;
                    }
                });
            }
        });
        Ok(Self { address, ready })
    }
}

impl axum::serve::Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The accepting task ends only with the runtime.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

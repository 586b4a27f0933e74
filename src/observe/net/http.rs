//! One HTTP exchange at a time: no redirect is followed, no body is kept whole, no proxy is used.

use std::{sync::Arc, time::Instant};

use reqwest::{Client, Method, redirect};
use rustls::{ClientConfig, RootCertStore};
use url::Url;

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
    pub async fn fetch(&self, request: Request) -> Result<(Exchange, Body), Miss> {
        let url =
            Url::parse(&request.url).map_err(|err| Miss::Malformed(format!("{}: {err}", request.url)))?;
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(Miss::Unsupported(format!("{} has no host", request.url)));
        };
        let peers = self.peers(host, port).await?;
        self.note_contact(host, port, request.purpose);
        let client = self.client(host, &peers, request.trust)?;

        let started = Instant::now();
        let asked = async {
            let mut builder = client.request(request.method.clone(), to_wire(&url, &peers));
            if url.port().is_some() {
                builder = builder.header("host", format!("{host}:{port}"));
            }
            for (name, value) in &request.headers {
                builder = builder.header(name, value);
            }
            if let Some(body) = request.body.clone() {
                builder = builder.body(body);
            }
            let response = builder.send().await.map_err(|err| miss(&request.url, &err))?;
            let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            read(response, &request, millis).await
        };
        tokio::time::timeout(self.patience(), asked)
            .await
            .unwrap_or_else(|_| Err(Miss::Timeout(request.url.clone())))
    }

    /// One client an exchange: cookies, connections and caches of one never reach another.
    fn client(&self, host: &str, peers: &[std::net::SocketAddr], trust: Trust) -> Result<Client, Miss> {
        Client::builder()
            .user_agent(concat!("gonogo/", env!("CARGO_PKG_VERSION"), " (launch audit)"))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .http1_max_headers(HEADERS)
            .resolve_to_addrs(host, peers)
            .tls_backend_preconfigured(self.tls(trust))
            .build()
            .map_err(|err| Miss::Internal(format!("HTTP client: {err}")))
    }

    fn tls(&self, trust: Trust) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone());
        let builder = match builder.with_safe_default_protocol_versions() {
            Ok(builder) => builder,
            // The bundled provider supports both versions; this arm keeps the promise not to panic.
            Err(_) => ClientConfig::builder(),
        };
        let mut config = builder.with_root_certificates(self.roots.clone()).with_no_client_auth();
        if trust == Trust::Anything {
            config.dangerous().set_certificate_verifier(Arc::new(anything::Anything(provider)));
        }
        let _: &RootCertStore = &self.roots;
        config
    }
}

/// The URL as the client must see it: an explicit port is the one really connected to.
fn to_wire(url: &Url, peers: &[std::net::SocketAddr]) -> Url {
    let mut wire = url.clone();
    if url.port().is_some()
        && let Some(peer) = peers.first()
    {
        let _ = wire.set_port(Some(peer.port()));
    }
    wire
}

async fn read(
    mut response: reqwest::Response,
    request: &Request,
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
        untrusted: request.trust == Trust::Anything,
        millis,
    };
    let mut body = Body::default();
    while let Some(chunk) = response.chunk().await.map_err(|err| miss(&request.url, &err))? {
        let room = request.body_limit - body.bytes.len();
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
    let (key, secret) = pair.split_once('=').unwrap_or((pair, ""));
    let shown = if secret.is_empty() { "" } else { "<redacted>" };
    if attributes.is_empty() { format!("{key}={shown}") } else { format!("{key}={shown};{attributes}") }
}

fn miss(url: &str, err: &reqwest::Error) -> Miss {
    let mut why = String::new();
    let mut source: Option<&dyn std::error::Error> = std::error::Error::source(err);
    while let Some(cause) = source {
        why = cause.to_string();
        source = cause.source();
    }
    if err.is_timeout() {
        Miss::Timeout(url.to_owned())
    } else if err.is_connect() {
        Miss::Refused(format!("{url} ({why})"))
    } else {
        Miss::Malformed(format!("{url} ({why})"))
    }
}

mod anything {
    //! A verifier that accepts any certificate, for exchanges that carry no credentials.

    use std::sync::Arc;

    use rustls::{
        DigitallySignedStruct, Error, SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::CryptoProvider,
        pki_types::{CertificateDer, ServerName, UnixTime},
    };

    #[derive(Debug)]
    pub(super) struct Anything(pub(super) Arc<CryptoProvider>);

    impl ServerCertVerifier for Anything {
        fn verify_server_cert(
            &self,
            _end_entity: &CertificateDer<'_>,
            _intermediates: &[CertificateDer<'_>],
            _server_name: &ServerName<'_>,
            _ocsp_response: &[u8],
            _now: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            Ok(ServerCertVerified::assertion())
        }

        fn verify_tls12_signature(
            &self,
            _message: &[u8],
            _cert: &CertificateDer<'_>,
            _dss: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }

        fn verify_tls13_signature(
            &self,
            _message: &[u8],
            _cert: &CertificateDer<'_>,
            _dss: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.0.signature_verification_algorithms.supported_schemes()
        }
    }
}

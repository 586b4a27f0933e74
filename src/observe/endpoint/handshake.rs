//! One TLS handshake over a connection that exists already, whatever spoke on it before.

use std::sync::Arc;

use rustls::{
    AlertDescription, ClientConfig, Error, PeerIncompatible,
    client::Resumption,
    pki_types::{CertificateDer, ServerName},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{capture::Capture, resume::Tickets, wire::Tapped};
use crate::{
    observe::Net,
    seen::{Miss, Refusal, Session},
};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(in crate::observe) struct Greeting<'a> {
    pub(in crate::observe) host: &'a str,
    pub(in crate::observe) port: u16,
    /// Send Server Name Indication (RFC 6066)?
    pub(in crate::observe) named: bool,
    pub(in crate::observe) alpn: &'a [&'a [u8]],
}

/// A definite answer.
pub(in crate::observe) enum Shaken {
    Done(Box<Done>),
    Refused(Refusal),
}

/// A completed handshake.
pub(in crate::observe) struct Done {
    pub(in crate::observe) session: Session,
    /// DER, the leaf first.
    pub(in crate::observe) sent: Vec<CertificateDer<'static>>,
    /// An OCSP response, DER; may be empty.
    pub(in crate::observe) staple: Vec<u8>,
    /// What was given out for the next time; under TLS 1.3 nothing yet.
    pub(in crate::observe) tickets: Arc<Tickets>,
    /// Still open: whoever does not go on talking drops it, for there are servers that serve one at a time.
    pub(in crate::observe) stream: Option<TlsStream<Tapped>>,
}

impl<'a> Greeting<'a> {
    pub(in crate::observe) fn web(host: &'a str, port: u16) -> Self {
        Self { host, port, named: true, alpn: &[b"h2", b"http/1.1"] }
    }
}

/// Shakes hands within one patience.
pub(in crate::observe) async fn over(
    net: &Net,
    greeting: Greeting<'_>,
    tcp: TcpStream,
) -> Result<Shaken, Miss> {
    let Greeting { host, port, .. } = greeting;
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
        .map_err(|_| Miss::Unsupported(format!("{host} is not a host name")))?;
    let capture = Arc::new(Capture::default());
    let tickets = Arc::new(Tickets::default());
    let config = config(&capture, &tickets, greeting)?;
    let (tapped, tap) = Tapped::new(tcp);
    let shaking = TlsConnector::from(config).connect(name, tapped);
    let shaken = tokio::time::timeout(net.patience(), shaking)
        .await
        .map_err(|_| Miss::Timeout(format!("TLS handshake with {host}:{port}")))?;
    match shaken {
        Ok(stream) => {
            let session = session(stream.get_ref().1, &capture);
            let (sent, staple) = capture.parts();
            Ok(Shaken::Done(Box::new(Done { session, sent, staple, tickets, stream: Some(stream) })))
        }
        Err(_) if tap.began_with(b"HTTP/") => Ok(Shaken::Refused(Refusal::PlainHttp)),
        Err(err) => refusal(&err, host, port).map(Shaken::Refused),
    }
}

fn config(
    capture: &Arc<Capture>,
    tickets: &Arc<Tickets>,
    greeting: Greeting<'_>,
) -> Result<Arc<ClientConfig>, Miss> {
    let mut config = ClientConfig::builder_with_provider(capture.provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|err| Miss::Internal(format!("TLS configuration: {err}")))?
        .dangerous()
        .with_custom_certificate_verifier(capture.clone())
        .with_no_client_auth();
    config.alpn_protocols = greeting.alpn.iter().map(|name| name.to_vec()).collect();
    config.enable_sni = greeting.named;
    config.resumption = Resumption::store(tickets.clone());
    Ok(Arc::new(config))
}

fn session(connection: &rustls::ClientConnection, capture: &Capture) -> Session {
    let version = match connection.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    };
    let suite = connection.negotiated_cipher_suite().map_or_else(String::new, |suite| {
        // rustls marks TLS 1.3 suites by a prefix that the registry does not have.
        format!("{:?}", suite.suite()).replace("TLS13_", "TLS_")
    });
    let alpn = connection.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
    Session {
        version,
        suite,
        group: connection.negotiated_key_exchange_group().map(|group| format!("{:?}", group.name())),
        alpn,
        stapled: capture.stapled(),
        ..Session::default()
    }
}

/// What a failed handshake says for certain; anything else is a miss.
fn refusal(err: &std::io::Error, host: &str, port: u16) -> Result<Refusal, Miss> {
    let peer = format!("{host}:{port}");
    let tls = err.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match tls {
        Some(Error::AlertReceived(alert)) => Ok(Refusal::Alert(alert_name(*alert))),
        Some(Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        )) => Ok(Refusal::OldVersion),
        Some(other) => Err(Miss::Malformed(format!("TLS handshake with {peer}: {other}"))),
        None if err.kind() == std::io::ErrorKind::TimedOut => Err(Miss::Timeout(peer)),
        None => Err(Miss::Refused(format!("{peer} broke off the TLS handshake ({err})"))),
    }
}

/// The alert's name as RFC 8446 section 6 writes it.
fn alert_name(alert: AlertDescription) -> String {
    let mut name = String::new();
    for letter in format!("{alert:?}").chars() {
        if letter.is_ascii_uppercase()
            && !name.is_empty()
            && !name.ends_with(|last: char| !last.is_ascii_lowercase())
        {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    // rustls spells the one as the British do.
    name.replace("unrecognised", "unrecognized")
}

pub(in crate::observe) fn in_words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Alert(name) => format!("refused the TLS handshake with the alert {name}"),
        Refusal::OldVersion => "offers no TLS 1.2 or 1.3".to_owned(),
        Refusal::PlainHttp => "speaks HTTP in place of TLS".to_owned(),
    }
}

//! Shakes hands with a TLS endpoint and keeps what it sent, whether or not it verifies.

mod capture;
mod files;
mod revoked;
mod trust;
mod wire;

use std::sync::Arc;

use rustls::{
    AlertDescription, ClientConfig, Error, PeerIncompatible,
    pki_types::{CertificateDer, ServerName},
};
use tokio_rustls::TlsConnector;

pub use self::files::chains_in;
use self::{capture::Capture, wire::Tapped};
use super::{Net, hello};
use crate::{
    engine::certificate,
    plan::Touch,
    seen::{Certificate, Endpoint, Miss, Refusal, Seen, Session},
};

/// Most certificates of a chain that are looked at.
const CHAIN: usize = 20;

pub(super) async fn observe(net: &Net, host: &str, port: u16) -> Seen<Endpoint> {
    let mut endpoint = Endpoint { host: host.to_owned(), port, ..Endpoint::default() };
    let shaken = shake(net, host, port).await;
    let peer_speaks = match &shaken {
        Ok(Shaken::Refused(Refusal::PlainHttp)) => false,
        Ok(_) => true,
        // An old stack may break off or garble a modern handshake and answer its own; silence is silence.
        Err(miss) => matches!(miss, Miss::Refused(_) | Miss::Malformed(_)),
    };
    let mut plain = Vec::new();
    if peer_speaks {
        let enumerated = Box::pin(hello::enumerate(net, host, port)).await;
        endpoint.offers = enumerated.offers;
        plain = enumerated.chain.into_iter().map(CertificateDer::from).collect();
    }
    let sent = match &shaken {
        Ok(Shaken::Done { sent, .. }) => sent.clone(),
        _ => plain.clone(),
    };
    match shaken {
        Err(miss) if endpoint.offers.got().is_none() => return Seen::Missed(miss),
        Err(miss) => {
            endpoint.session = Seen::Missed(miss.clone());
            present(&mut endpoint, net, &plain, Some(miss));
        }
        Ok(Shaken::Refused(refusal)) => {
            let miss = Miss::Denied(format!("{host}:{port} {}", in_words(&refusal)));
            if endpoint.offers.got().is_none() {
                endpoint.offers = Seen::Missed(miss.clone());
            }
            endpoint.session = Seen::Missed(miss.clone());
            endpoint.refusal = Some(refusal);
            present(&mut endpoint, net, &plain, Some(miss));
        }
        Ok(Shaken::Done { session, sent }) => {
            endpoint.session = Seen::Got(session);
            present(&mut endpoint, net, &sent, None);
        }
    }
    endpoint.revocation = match endpoint.leaf() {
        Ok(leaf) => Box::pin(revoked::judge(net, leaf, &sent)).await,
        Err(miss) => Seen::Missed(miss),
    };
    Seen::Got(endpoint)
}

/// Fills in the chain that was sent, and whether it is to be trusted; `miss` says why none was.
fn present(endpoint: &mut Endpoint, net: &Net, sent: &[CertificateDer<'_>], miss: Option<Miss>) {
    endpoint.chain = match miss {
        Some(miss) if sent.is_empty() => Seen::Missed(miss),
        _ => facts(sent).into(),
    };
    endpoint.trust = match endpoint.leaf() {
        Ok(leaf) => Seen::Got(trust::judge(net, leaf, sent)),
        Err(miss) => Seen::Missed(miss),
    };
}

pub(super) fn touches(host: &str, port: u16) -> Vec<Touch> {
    vec![
        Touch::Tcp { host: host.to_owned(), port, why: "TLS handshake".to_owned() },
        Touch::Tcp { host: host.to_owned(), port, why: "ClientHello of each TLS and SSL version".to_owned() },
        Touch::Then { what: hello::connections() },
        Touch::Then {
            what: "one GET of the revocation list that the certificate points to, if any".to_owned(),
        },
    ]
}

enum Shaken {
    Done { session: Session, sent: Vec<CertificateDer<'static>> },
    Refused(Refusal),
}

/// One handshake; once more after a reset, which a busy server sends without meaning it.
async fn shake(net: &Net, host: &str, port: u16) -> Result<Shaken, Miss> {
    match attempt(net, host, port).await {
        Err(Miss::Refused(_)) => attempt(net, host, port).await,
        other => other,
    }
}

async fn attempt(net: &Net, host: &str, port: u16) -> Result<Shaken, Miss> {
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
        .map_err(|_| Miss::Unsupported(format!("{host} is not a host name")))?;
    let capture = Arc::new(Capture::default());
    let config = config(&capture)?;
    let stream = net.connect(host, port, "tls").await?;
    let (tapped, tap) = Tapped::new(stream.tcp);
    let shaking = TlsConnector::from(config).connect(name, tapped);
    let shaken = tokio::time::timeout(net.patience(), shaking)
        .await
        .map_err(|_| Miss::Timeout(format!("TLS handshake with {host}:{port}")))?;
    match shaken {
        Ok(stream) => {
            let (_, connection) = stream.get_ref();
            Ok(Shaken::Done { session: session(connection, &capture), sent: capture.sent() })
        }
        Err(_) if tap.began_with(b"HTTP/") => Ok(Shaken::Refused(Refusal::PlainHttp)),
        Err(err) => refusal(&err, host, port).map(Shaken::Refused),
    }
}

fn config(capture: &Arc<Capture>) -> Result<Arc<ClientConfig>, Miss> {
    let mut config = ClientConfig::builder_with_provider(capture.provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|err| Miss::Internal(format!("TLS configuration: {err}")))?
        .dangerous()
        .with_custom_certificate_verifier(capture.clone())
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
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

fn in_words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Alert(name) => format!("refused the TLS handshake with the alert {name}"),
        Refusal::OldVersion => "offers no TLS 1.2 or 1.3".to_owned(),
        Refusal::PlainHttp => "speaks HTTP in place of TLS".to_owned(),
    }
}

fn facts(sent: &[CertificateDer<'_>]) -> Result<Vec<Certificate>, Miss> {
    if sent.is_empty() {
        return Err(Miss::Malformed("the server sent no certificate".to_owned()));
    }
    sent.iter()
        .take(CHAIN)
        .map(|der| certificate::parse(der).map_err(|err| Miss::Malformed(err.to_string())))
        .collect()
}

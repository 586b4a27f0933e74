//! The first handshake: TLS 1.2 alone, over a connection whose records stay in our hands, so that one
//! more can be written by ourselves.

use std::sync::Arc;

use rustls::{ClientConfig, ClientConnection, client::Resumption, pki_types::ServerName, version::TLS12};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{engine::renegotiation::Session, observe::endpoint::capture::Capture, seen::Miss};

/// HTTP/2 forbids renegotiation (RFC 9113 section 9.2.1), so it is not asked for.
pub(super) const ALPN: &[&[u8]] = &[b"http/1.1"];
/// Most bytes a handshake may take.
const LIMIT: usize = 1 << 20;
const HEADER: usize = 5;

/// A handshake that is complete.
pub(super) struct First {
    pub(super) session: Session,
    pub(super) suite: u16,
    /// What was received beyond it.
    pub(super) rest: Vec<u8>,
}

pub(super) async fn shake(host: &str, port: u16, tcp: &mut TcpStream) -> Result<First, Miss> {
    let broken =
        |err: std::io::Error| Miss::Refused(format!("{host}:{port} broke off a TLS 1.2 handshake ({err})"));
    let refused =
        |err: rustls::Error| Miss::Unsupported(format!("no TLS 1.2 handshake with {host}:{port}: {err}"));
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
        .map_err(|_| Miss::Unsupported(format!("{host} is not a host name")))?;
    let mut connection = ClientConnection::new(config().map_err(refused)?, name).map_err(refused)?;
    let (mut sent, mut received, mut read) = (Vec::new(), Vec::new(), 0);
    loop {
        let mut flight = Vec::new();
        while connection.wants_write() {
            connection.write_tls(&mut flight).map_err(broken)?;
        }
        tcp.write_all(&flight).await.map_err(broken)?;
        sent.append(&mut flight);
        if !connection.is_handshaking() {
            break;
        }
        let record = record(tcp, &mut received).await.map_err(broken)?;
        read += record.len();
        if read > LIMIT {
            return Err(Miss::Malformed(format!("{host}:{port}: a handshake longer than 1 MiB")));
        }
        let mut bytes = record.as_slice();
        while !bytes.is_empty() {
            connection.read_tls(&mut bytes).map_err(broken)?;
            connection.process_new_packets().map_err(refused)?;
        }
    }
    let suite = connection.negotiated_cipher_suite().map_or(0, |suite| u16::from(suite.suite()));
    let secrets = connection.dangerous_extract_secrets().map_err(refused)?;
    let session = Session::after(secrets, &sent)
        .ok_or_else(|| Miss::Internal("a Finished message that cannot be read again".to_owned()))?;
    Ok(First { session, suite, rest: received })
}

fn config() -> Result<Arc<ClientConfig>, rustls::Error> {
    let capture = Arc::new(Capture::default());
    let mut config = ClientConfig::builder_with_provider(capture.provider.clone())
        .with_protocol_versions(&[&TLS12])?
        .dangerous()
        .with_custom_certificate_verifier(capture)
        .with_no_client_auth();
    config.alpn_protocols = ALPN.iter().map(|name| name.to_vec()).collect();
    config.resumption = Resumption::disabled();
    config.enable_secret_extraction = true;
    Ok(Arc::new(config))
}

/// Takes one whole record off the front: what follows the handshake is not the library's to read.
async fn record(tcp: &mut TcpStream, received: &mut Vec<u8>) -> std::io::Result<Vec<u8>> {
    let mut portion = vec![0_u8; 16_384];
    loop {
        if let Some(header) = received.get(..HEADER) {
            let whole = HEADER + usize::from(u16::from_be_bytes([header[3], header[4]]));
            if received.len() >= whole {
                return Ok(received.drain(..whole).collect());
            }
        }
        let count = tcp.read(&mut portion).await?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        received.extend_from_slice(portion.get(..count).unwrap_or_default());
    }
}

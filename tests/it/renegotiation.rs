//! A second handshake that the client begins: the proof it carries, and servers that answer it in every
//! way but the right one.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use gonogo::{
    engine::renegotiation::Session,
    seen::{Endpoint, Miss, Renegotiation, Seen},
};
use rustls::{
    ClientConfig, ClientConnection, KeyLog, RootCertStore, ServerConfig, ServerConnection,
    SupportedCipherSuite, Tls12CipherSuite,
    crypto::aws_lc_rs::{cipher_suite, default_provider},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::tls::{LONG, served};

/// One of each way to protect records, with both hashes.
const SUITES: [SupportedCipherSuite; 3] = [
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
];

fn certificate() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["host.test".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    (made.cert.der().clone(), key)
}

fn server() -> (Arc<ServerConfig>, CertificateDer<'static>) {
    let (certificate, key) = certificate();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&TLS12, &TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    (Arc::new(config), certificate)
}

/// Keeps the master secret.
#[derive(Debug, Default)]
struct Kept(Mutex<Vec<u8>>);

impl KeyLog for Kept {
    fn log(&self, label: &str, _: &[u8], secret: &[u8]) {
        if label == "CLIENT_RANDOM" {
            *self.0.lock().unwrap() = secret.to_vec();
        }
    }
}

/// The handshake messages in plaintext of one flight, up to its ChangeCipherSpec.
fn messages(mut bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    while bytes.len() > 5 && bytes[0] == 22 {
        let (record, rest) = bytes.split_at(5 + usize::from(u16::from_be_bytes([bytes[3], bytes[4]])));
        all.extend_from_slice(&record[5..]);
        bytes = rest;
    }
    all
}

/// A whole handshake in memory: the secrets, each flight, and the master secret.
fn handshake(suite: SupportedCipherSuite) -> (ClientConnection, Vec<Vec<u8>>, Vec<u8>) {
    let (server, certificate) = server();
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let mut provider = default_provider();
    provider.cipher_suites = vec![suite];
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&TLS12])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let kept = Arc::new(Kept::default());
    (config.key_log, config.enable_secret_extraction) = (kept.clone(), true);
    let mut client = ClientConnection::new(Arc::new(config), "host.test".try_into().unwrap()).unwrap();
    let mut server = ServerConnection::new(server).unwrap();
    let mut flights = Vec::new();
    while client.is_handshaking() || client.wants_write() {
        let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
        while client.wants_write() {
            client.write_tls(&mut to_server).unwrap();
        }
        server.read_tls(&mut to_server.as_slice()).unwrap();
        server.process_new_packets().unwrap();
        while server.wants_write() {
            server.write_tls(&mut to_client).unwrap();
        }
        client.read_tls(&mut to_client.as_slice()).unwrap();
        client.process_new_packets().unwrap();
        flights.extend([to_server, to_client]);
    }
    let master = kept.0.lock().unwrap().clone();
    (client, flights, master)
}

fn parts(suite: SupportedCipherSuite) -> &'static Tls12CipherSuite {
    let SupportedCipherSuite::Tls12(suite) = suite else { panic!("a suite of TLS 1.3") };
    suite
}

/// RFC 5246 section 7.4.9: PRF(master_secret, "client finished", Hash(handshake_messages))[0..12].
#[test]
fn the_proof_is_the_one_of_the_rfc() {
    for suite in SUITES {
        let (client, flights, master) = handshake(suite);
        let [hello, answer, last, ..] = flights.as_slice() else { panic!("{} flights", flights.len()) };
        let transcript = [messages(hello), messages(answer), messages(last)].concat();
        let hash = parts(suite).common.hash_provider.hash(&transcript);
        let mut expected = [0; 12];
        parts(suite).prf_provider.for_secret(&mut expected, &master, b"client finished", hash.as_ref());

        let sent = [hello.as_slice(), last].concat();
        let secrets = client.dangerous_extract_secrets().unwrap();
        let session = Session::after(secrets, &sent).unwrap_or_else(|| panic!("{suite:?}: no session"));
        assert_eq!(session.verify_data(), expected, "{suite:?}");
    }
}

/// The published vector for SHA-256 (mailing list of the TLS working group, `prf-sha256`).
#[test]
fn the_prf_is_the_published_one() {
    let bytes = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    let (secret, seed) =
        (bytes("9bbe436ba940f017b17652849a71db35"), bytes("a0ba9f936cda311827a6f796ffd5198c"));
    let mut found = [0; 32];
    parts(SUITES[0]).prf_provider.for_secret(&mut found, &secret, b"test label", &seed);
    assert_eq!(found.as_slice(), bytes("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"));
}

#[test]
fn bytes_of_another_connection_prove_nothing() {
    let (client, ..) = handshake(SUITES[0]);
    let (_, flights, _) = handshake(SUITES[0]);
    let sent = [flights[0].as_slice(), &flights[2]].concat();
    let secrets = client.dangerous_extract_secrets().unwrap();
    assert!(Session::after(secrets, &sent).is_none());
    for end in [0, 4, 5, 60, sent.len() - 1] {
        let (client, flights, _) = handshake(SUITES[2]);
        let sent = [flights[0].as_slice(), &flights[2]].concat();
        let secrets = client.dangerous_extract_secrets().unwrap();
        assert!(Session::after(secrets, &sent[..end.min(sent.len() - 1)]).is_none(), "{end}");
    }
}

/// Speaks TLS 1.3 well; `misbehave` has the word once a handshake of TLS 1.2 is complete.
fn seen<F, R>(misbehave: F) -> Endpoint
where
    F: Fn(TlsStream<TcpStream>) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let acceptor = TlsAcceptor::from(server().0);
    let misbehave = Arc::new(misbehave);
    let seen = served(LONG, move |tcp| {
        let (acceptor, misbehave) = (acceptor.clone(), misbehave.clone());
        async move {
            let Ok(mut tls) = acceptor.accept(tcp).await else { return };
            if tls.get_ref().1.protocol_version() == Some(rustls::ProtocolVersion::TLSv1_2) {
                misbehave(tls).await;
            } else {
                let _ = tls.read(&mut [0; 64]).await;
            }
        }
    });
    let Some(Seen::Got(endpoint)) = seen.endpoints.values().next() else { panic!("{seen:?}") };
    endpoint.clone()
}

/// Waits for the hello and sends something that is not protected.
async fn say(tls: TlsStream<TcpStream>, bytes: &[u8]) -> TcpStream {
    let (mut tcp, _) = tls.into_inner();
    let _ = tcp.read(&mut [0; 4_096]).await;
    let _ = tcp.write_all(bytes).await;
    tcp
}

#[test]
fn rustls_refuses() {
    let endpoint = seen(|mut tls| async move {
        let mut portion = [0; 64];
        // The warning waits until somebody writes.
        while !matches!(timeout(Duration::from_millis(20), tls.read(&mut portion)).await, Ok(Ok(0) | Err(_)))
        {
            if tls.flush().await.is_err() {
                break;
            }
        }
    });
    let refused = Renegotiation::Refused("alert no_renegotiation".to_owned());
    assert_eq!(endpoint.renegotiation, Seen::Got(refused));
}

/// As servers built on hyper do: their refusal waits in a buffer until there is a page to write.
#[test]
fn a_server_that_writes_only_when_asked_refuses() {
    let endpoint = seen(|mut tls| async move {
        let mut portion = [0; 512];
        if matches!(tls.read(&mut portion).await, Ok(count) if count > 0) {
            let _ = tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
            let _ = tls.flush().await;
            let _ = tls.read(&mut portion).await;
        }
    });
    assert!(matches!(endpoint.renegotiation, Seen::Got(Renegotiation::Refused(_))), "{endpoint:?}");
}

#[test]
fn hanging_up_is_a_refusal_and_a_reset_is_not() {
    let endpoint = seen(|tls| async move { drop(say(tls, &[]).await) });
    let refused = Renegotiation::Refused("closed the connection".to_owned());
    assert_eq!(endpoint.renegotiation, Seen::Got(refused));
    let endpoint = seen(|tls| async move {
        let _ = say(tls, &[]).await.set_zero_linger();
    });
    assert!(matches!(endpoint.renegotiation, Seen::Missed(Miss::Refused(_))), "{endpoint:?}");
}

#[test]
fn what_the_server_did_not_protect_is_no_answer() {
    let long = [&[22, 3, 3, 0x60, 0][..], &[2; 64]].concat();
    let server_hello = [&[22, 3, 3, 0, 40][..], &[2; 40]].concat();
    let warning = vec![21, 3, 3, 0, 2, 1, 100];
    let noise = [0xde, 0xad, 0xbe, 0xef].repeat(4_096);
    for bytes in [long, server_hello, warning, noise, b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()] {
        let shown = bytes[..5].to_vec();
        let endpoint = seen(move |tls| {
            let bytes = bytes.clone();
            async move {
                let mut held = say(tls, &bytes).await;
                let _ = held.read(&mut [0; 64]).await;
            }
        });
        let found = endpoint.renegotiation;
        assert!(matches!(found, Seen::Missed(Miss::Malformed(_))), "{shown:?}: {found:?}");
    }
}

#[test]
fn endless_data_and_silence_are_unknown() {
    let endpoint = seen(|mut tls| async move { while tls.write_all(&[7; 2_000]).await.is_ok() {} });
    assert!(
        matches!(endpoint.renegotiation, Seen::Missed(Miss::Malformed(_) | Miss::Refused(_))),
        "{endpoint:?}"
    );
    let endpoint = seen(|mut tls| async move {
        let _ = tls.write_all(b"hello").await;
        let _held = say(tls, &[]).await;
        std::future::pending::<()>().await;
    });
    assert!(matches!(endpoint.renegotiation, Seen::Missed(Miss::Timeout(_))), "{endpoint:?}");
    assert!(endpoint.offers.got().is_some() && endpoint.session.got().is_some(), "the rest is known");
}

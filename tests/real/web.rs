//! A small HTTPS server for one test, with a certificate authority of its own.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// Pages by `host/path`: status line with further headers, and body.
pub(crate) type Pages = BTreeMap<&'static str, (&'static str, &'static str)>;

pub(crate) struct Web {
    pub(crate) address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Web {
    /// Serves the pages under a certificate for these hosts, until the test ends.
    pub(crate) fn serve(hosts: &[&str], pages: Pages) -> Self {
        let ca_key = KeyPair::generate().unwrap();
        let mut ca = CertificateParams::default();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let folder = tempfile::tempdir().unwrap();
        let pem = ca.self_signed(&ca_key).unwrap().pem();
        std::fs::write(folder.path().join("ca.pem"), pem).unwrap();
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )
            .unwrap();
        let (listener, config) = (TcpListener::bind("127.0.0.1:0").unwrap(), Arc::new(config));
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Ok(connection) = ServerConnection::new(config.clone()) else { continue };
                let mut stream = StreamOwned::new(connection, stream);
                let mut buffer = [0; 4_096];
                let Ok(length) = stream.read(&mut buffer) else { continue };
                let _ = stream.write_all(answer(&buffer[..length], &pages).as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        });
        Self { address, folder }
    }

    /// For `--ca`.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// For `--connect-to`.
    pub(crate) fn rule(&self) -> String {
        format!(":443:{}:{}", self.address.ip(), self.address.port())
    }
}

fn answer(request: &[u8], pages: &Pages) -> String {
    let text = String::from_utf8_lossy(request);
    let path = text.split(' ').nth(1).unwrap_or_default();
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let (head, body) = pages.get(format!("{host}{path}").as_str()).unwrap_or(&("404 Not Found", ""));
    format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

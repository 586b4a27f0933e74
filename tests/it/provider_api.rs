//! A server on loopback that answers in the name of providers' APIs, and shows a certificate of a root
//! that only the test trusts.

use std::sync::{Arc, Mutex};

use rustls::pki_types::PrivateKeyDer;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

pub(crate) struct ProviderApi {
    pub(crate) port: u16,
    /// The root, in PEM.
    pub(crate) ca: String,
    asked: Arc<Mutex<Vec<String>>>,
    _runtime: tokio::runtime::Runtime,
}

/// The body for a request, or none for a 404.
type Answer = dyn Fn(&Request) -> Option<String> + Send + Sync;

/// The head of a request.
pub(crate) struct Request {
    pub(crate) head: String,
}

impl Request {
    /// With the query.
    pub(crate) fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }
}

impl ProviderApi {
    pub(crate) fn start(
        hosts: &[&str],
        answer: impl Fn(&Request) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let (ca, tls) = certificate(hosts);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer): (_, Arc<Answer>) = (asked.clone(), Arc::new(answer));
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, log, answer) = (tls.clone(), log.clone(), answer.clone());
                tokio::spawn(async move {
                    let Ok(stream) = tls.accept(stream).await else { return };
                    serve(stream, &log, &*answer).await;
                });
            }
        });
        Self { port, ca, asked, _runtime: runtime }
    }

    /// The heads of the requests.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TlsStream<TcpStream>, log: &Mutex<Vec<String>>, answer: &Answer) {
    let (mut head, mut buffer) = (Vec::new(), [0_u8; 4_096]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => head.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
    let request = Request { head: String::from_utf8_lossy(&head).into_owned() };
    let body = answer(&request);
    log.lock().unwrap().push(request.head);
    let status = if body.is_some() { "200 OK" } else { "404 Not Found" };
    let body = body.unwrap_or_default();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn certificate(hosts: &[&str]) -> (String, TlsAcceptor) {
    let mut params = rcgen::CertificateParams::new(vec!["ca.test".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = rcgen::KeyPair::generate().unwrap();
    let ca = params.clone().self_signed(&root).unwrap().pem();
    let issuer = rcgen::Issuer::new(params, root);
    let names: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let own = rcgen::KeyPair::generate().unwrap();
    let leaf = rcgen::CertificateParams::new(names).unwrap().signed_by(&own, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(own.serialize_der().into()))
        .unwrap();
    (ca, TlsAcceptor::from(Arc::new(config)))
}

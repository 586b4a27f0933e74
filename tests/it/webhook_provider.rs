//! What the API of a provider tells: asked only with a key, over a verified connection, and the key is in
//! no output.

use std::{
    process::Command,
    sync::{Arc, Mutex},
};

use rustls::pki_types::PrivateKeyDer;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// As long as a restricted key, and nobody's.
fn key(mode: &str) -> String {
    ["rk", mode, "51HgonogoTESTonly0000000000000000"].join("_")
}

const ACTIVE: &str = r#"{"id":"acct_1","charges_enabled":true,"payouts_enabled":true,"requirements":{"past_due":[],"disabled_reason":null}}"#;
const NONE: &str = r#"{"object":"list","data":[],"has_more":false}"#;

#[test]
fn without_a_key_nobody_is_asked() {
    let stripe = Stripe::start(ACTIVE, NONE, NONE);
    let said = stripe.audit(None);
    assert!(stripe.requests().is_empty(), "{:?}", stripe.requests());
    assert!(said.contains("the environment variable GONOGO_STRIPE_KEY is not set"), "{said}");
}

#[test]
fn what_is_no_key_of_stripe_is_not_sent() {
    let stripe = Stripe::start(ACTIVE, NONE, NONE);
    for text in ["pk_live_51HgonogoTESTonly0000000000000000", "rk live with blanks", "ghp_0123456789"] {
        let said = stripe.audit(Some(text));
        assert!(stripe.requests().is_empty(), "{:?}", stripe.requests());
        assert!(!said.contains(text), "{said}");
    }
}

#[test]
fn a_key_reads_and_is_shown_nowhere() {
    let refused = ACTIVE.replace("\"charges_enabled\":true", "\"charges_enabled\":false");
    let stripe = Stripe::start(&refused, NONE, NONE);
    let said = stripe.audit(Some(&key("live")));
    assert!(said.contains("webhook/stripe-charges-disabled"), "{said}");
    let mut asked = stripe.requests();
    asked.sort();
    let lines: Vec<&str> = asked.iter().filter_map(|request| request.lines().next()).collect();
    assert_eq!(
        lines,
        [
            "GET /v1/account HTTP/1.1",
            "GET /v1/events?delivery_success=false&limit=100 HTTP/1.1",
            "GET /v1/webhook_endpoints?limit=100 HTTP/1.1"
        ]
    );
    let bearer = format!("authorization: Bearer {}", key("live"));
    assert!(asked.iter().all(|request| request.contains(&bearer)));
    assert!(!said.contains(&key("live")) && !said.contains("51Hgonogo"), "{said}");
}

#[test]
fn a_server_that_nobody_vouches_for_gets_no_key() {
    let stripe = Stripe::start(ACTIVE, NONE, NONE);
    let said = stripe.run(Some(&key("live")), false);
    assert!(stripe.requests().is_empty(), "{:?}", stripe.requests());
    assert!(said.contains("api.stripe.com"), "{said}");
}

#[test]
fn errors_and_nonsense_decide_nothing() {
    for answer in ["", "<html>", "[]", "{}", r#"{"charges_enabled":"yes"}"#] {
        let stripe = Stripe::start(answer, answer, answer);
        let said = stripe.audit(Some(&key("live")));
        assert!(said.contains("\"findings\": []"), "{answer}: {said}");
        assert!(said.contains("webhook/stripe-charges-disabled"), "{answer}: {said}");
    }
}

#[test]
fn the_plan_names_the_host_and_the_configuration_the_providers() {
    let stripe = Stripe::start(ACTIVE, NONE, NONE);
    let output =
        Command::new(env!("CARGO_BIN_EXE_gonogo")).arg("plan").arg(stripe.folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("https://api.stripe.com/v1/webhook_endpoints"), "{said}");
    let config = "schema = 1\n[providers.strpie]\nkey_env = \"A\"\n";
    std::fs::write(stripe.folder.path().join("gonogo.toml"), config).unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_gonogo")).arg("plan").arg(stripe.folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("did you mean `stripe`?"), "{said}");
}

/// A server on loopback that answers in the name of Stripe's API, and a project that names a key.
struct Stripe {
    folder: tempfile::TempDir,
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    _runtime: tokio::runtime::Runtime,
}

impl Stripe {
    fn start(account: &str, endpoints: &str, events: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = "schema = 1\n\n[project]\nname = \"portal\"\n\n[providers.stripe]\nkey_env = \"GONOGO_STRIPE_KEY\"\n";
        std::fs::write(folder.path().join("gonogo.toml"), config).unwrap();
        let (ca, tls) = certificate("api.stripe.com");
        std::fs::write(folder.path().join("ca.pem"), ca).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let answers: Arc<[(&str, String)]> = Arc::new([
            ("/v1/account", account.to_owned()),
            ("/v1/webhook_endpoints", endpoints.to_owned()),
            ("/v1/events", events.to_owned()),
        ]);
        let log = asked.clone();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, log, answers) = (tls.clone(), log.clone(), answers.clone());
                tokio::spawn(async move {
                    let Ok(mut stream) = tls.accept(stream).await else { return };
                    let (mut request, mut buffer) = (Vec::new(), [0_u8; 4_096]);
                    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                        match stream.read(&mut buffer).await {
                            Ok(read) if read > 0 => request.extend_from_slice(&buffer[..read]),
                            _ => return,
                        }
                    }
                    let request = String::from_utf8_lossy(&request).into_owned();
                    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                    log.lock().unwrap().push(request);
                    let body = answers.iter().find(|(prefix, _)| path.starts_with(prefix));
                    let body = body.map(|(_, body)| body.as_str()).unwrap_or_default();
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all(head.as_bytes()).await;
                    let _ = stream.write_all(body.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { folder, port, asked, _runtime: runtime }
    }

    fn requests(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn audit(&self, key: Option<&str>) -> String {
        self.run(key, true)
    }

    /// Everything that an audit prints and records.
    fn run(&self, key: Option<&str>, trusted: bool) -> String {
        let record = self.folder.path().join("seen.json");
        let mut command = Command::new(env!("CARGO_BIN_EXE_gonogo"));
        command
            .args(["audit", "--only", "webhook/stripe-charges-disabled", "--exit-zero", "--format", "json"])
            .args(["--connect-to", &format!("api.stripe.com:443:127.0.0.1:{}", self.port)])
            .arg("--record")
            .arg(&record)
            .arg(self.folder.path())
            .env_remove("GONOGO_STRIPE_KEY");
        if trusted {
            command.arg("--ca").arg(self.folder.path().join("ca.pem"));
        }
        if let Some(key) = key {
            command.env("GONOGO_STRIPE_KEY", key);
        }
        let output = command.output().unwrap();
        let recorded = std::fs::read_to_string(record).unwrap_or_default();
        format!(
            "{}{}{recorded}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    }
}

/// A root for this test alone, and a server that shows a certificate of it.
fn certificate(name: &str) -> (String, tokio_rustls::TlsAcceptor) {
    let mut params = rcgen::CertificateParams::new(vec!["ca.test".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = rcgen::KeyPair::generate().unwrap();
    let ca = params.clone().self_signed(&root).unwrap().pem();
    let issuer = rcgen::Issuer::new(params, root);
    let leaf = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    let own = rcgen::KeyPair::generate().unwrap();
    let chain = vec![leaf.signed_by(&own, &issuer).unwrap().der().clone()];
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::Pkcs8(own.serialize_der().into()))
        .unwrap();
    (ca, tokio_rustls::TlsAcceptor::from(Arc::new(config)))
}

//! A live Firebase project: what Google's APIs tell, asked only with a token and over a verified connection.

use std::{
    process::Command,
    sync::{Arc, Mutex},
};

use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const HOSTS: [&str; 3] =
    ["firebaserules.googleapis.com", "identitytoolkit.googleapis.com", "firebaseappcheck.googleapis.com"];
/// Nobody's.
const TOKEN: &str = "ya29.gonogo-TEST-only-0000000000000000";
const OWNED: &str = "rules_version = '2';\nservice cloud.firestore {\n  match /databases/{database}/documents {\n    match /notes/{id} { allow read: if request.auth.uid == resource.data.owner; }\n  }\n}\n";

fn answers(live: &str) -> Vec<(&'static str, Json)> {
    vec![
        (
            "/v1/projects/shop-1/releases?pageSize=100",
            json!({ "releases": [
                { "name": "projects/shop-1/releases/cloud.firestore", "rulesetName": "projects/shop-1/rulesets/0a-1", "createTime": "2026-01-01T00:00:00Z" },
                { "name": "projects/shop-1/releases/other", "rulesetName": "projects/shop-1/rulesets/0a-2" },
            ] }),
        ),
        (
            "/v1/projects/shop-1/rulesets/0a-1",
            json!({ "name": "projects/shop-1/rulesets/0a-1", "source": { "files": [{ "name": "firestore.rules", "content": live }] } }),
        ),
        (
            "/admin/v2/projects/shop-1/config",
            json!({ "name": "projects/1/config", "signIn": { "anonymous": { "enabled": true }, "email": { "enabled": true } }, "authorizedDomains": ["localhost"] }),
        ),
        ("/v1/projects/shop-1/services?pageSize=100", json!({})),
    ]
}

#[test]
fn rules_opened_in_the_console_are_found() {
    let project = Project::start(answers(&OWNED.replace("request.auth.uid == resource.data.owner", "true")));
    let said = project.audit(Some(TOKEN), true);
    let of = |check: &str| said.findings.iter().find(|found| found["check"] == check).cloned();
    let found = of("firebase/live-rules-differ").unwrap_or_else(|| panic!("{}", said.text));
    assert_eq!(found["severity"], "critical", "{found}");
    assert!(found.to_string().contains("get /notes/{id} as anonymous"), "{found}");
    for check in ["live-addresses-told", "live-app-check-off", "live-domain-local"] {
        assert!(of(&format!("firebase/{check}")).is_some(), "{check}: {}", said.text);
    }
    // Accounts alone open nothing in the repository's rules.
    assert!(of("firebase/live-anonymous-sign-in").is_none(), "{}", said.text);
    assert!(!said.text.contains(TOKEN) && !said.text.contains("TEST-only"), "{}", said.text);
    let mut asked = project.lines();
    asked.sort();
    assert_eq!(
        asked,
        [
            "GET /admin/v2/projects/shop-1/config HTTP/1.1",
            "GET /v1/projects/shop-1/releases?pageSize=100 HTTP/1.1",
            "GET /v1/projects/shop-1/rulesets/0a-1 HTTP/1.1",
            "GET /v1/projects/shop-1/services?pageSize=100 HTTP/1.1",
        ]
    );
}

#[test]
fn the_same_rules_are_no_difference() {
    let said = Project::start(answers(&format!("// deployed\n{OWNED}"))).audit(Some(TOKEN), true);
    assert!(
        said.findings.iter().all(|found| found["check"] != "firebase/live-rules-differ"),
        "{}",
        said.text
    );
    assert!(!said.text.contains("firebase/live-rules-differ"), "undecided: {}", said.text);
}

#[test]
fn without_a_token_or_a_known_server_nobody_is_asked() {
    let project = Project::start(answers(OWNED));
    let said = project.audit(None, true);
    assert!(said.text.contains("the environment variable GONOGO_FIREBASE_TOKEN is not set"), "{}", said.text);
    project.audit(Some(TOKEN), false);
    assert_eq!(project.lines(), Vec::<String>::new());
}

#[test]
fn nonsense_decides_nothing() {
    for answer in
        [json!([]), json!({ "releases": [{ "name": 1 }] }), json!({ "nextPageToken": "more" }), json!("")]
    {
        let mut all = answers(OWNED);
        for (_, body) in &mut all {
            *body = answer.clone();
        }
        let said = Project::start(all).audit(Some(TOKEN), true);
        assert!(said.findings.is_empty(), "{answer}: {}", said.text);
        assert!(said.text.contains("firebase/live-rules-differ"), "{answer}: {}", said.text);
    }
}

struct Said {
    findings: Vec<Json>,
    /// Everything that was printed.
    text: String,
}

/// A server on loopback that answers in the name of Google's APIs, and a project that names a token.
struct Project {
    folder: tempfile::TempDir,
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    _runtime: tokio::runtime::Runtime,
}

impl Project {
    fn start(answers: Vec<(&'static str, Json)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config =
            "schema = 1\n\n[providers.firebase]\nkey_env = \"GONOGO_FIREBASE_TOKEN\"\nid = \"shop-1\"\n";
        std::fs::write(folder.path().join("gonogo.toml"), config).unwrap();
        std::fs::write(folder.path().join("firestore.rules"), OWNED).unwrap();
        let deployed = r#"{"firestore":{"rules":"firestore.rules"}}"#;
        std::fs::write(folder.path().join("firebase.json"), deployed).unwrap();
        let (ca, tls) = certificate();
        std::fs::write(folder.path().join("ca.pem"), ca).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answers) = (asked.clone(), Arc::new(answers));
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
                    let line = request.lines().next().unwrap_or_default().to_owned();
                    let path = line.split(' ').nth(1).unwrap_or_default();
                    let has_token = request.contains(&format!("authorization: Bearer {TOKEN}\r\n"));
                    let body = answers.iter().find(|(wanted, _)| *wanted == path && has_token);
                    let (status, body) = match body {
                        Some((_, body)) => ("200 OK", body.to_string()),
                        None => ("404 Not Found", String::new()),
                    };
                    log.lock().unwrap().push(line);
                    let answer = format!(
                        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                        body.len()
                    );
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { folder, port, asked, _runtime: runtime }
    }

    /// First lines of the requests.
    fn lines(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn audit(&self, token: Option<&str>, trusted: bool) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gonogo"));
        command.args(["audit", "--exit-zero", "--format", "json"]).env_remove("GONOGO_FIREBASE_TOKEN");
        for check in ["addresses-told", "anonymous-sign-in", "app-check-off", "domain-local", "rules-differ"]
        {
            command.args(["--only", &format!("firebase/live-{check}")]);
        }
        for host in HOSTS {
            command.args(["--connect-to", &format!("{host}:443:127.0.0.1:{}", self.port)]);
        }
        if trusted {
            command.arg("--ca").arg(self.folder.path().join("ca.pem"));
        }
        if let Some(token) = token {
            command.env("GONOGO_FIREBASE_TOKEN", token);
        }
        let output = command.arg(self.folder.path()).output().unwrap();
        let report: Json = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        let text = format!("{report:#}{}", String::from_utf8_lossy(&output.stderr));
        Said { findings: report["findings"].as_array().cloned().unwrap_or_default(), text }
    }
}

/// A root for this test alone, and a server that shows a certificate of it.
fn certificate() -> (String, tokio_rustls::TlsAcceptor) {
    let mut params = rcgen::CertificateParams::new(vec!["ca.test".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = rcgen::KeyPair::generate().unwrap();
    let ca = params.clone().self_signed(&root).unwrap().pem();
    let issuer = rcgen::Issuer::new(params, root);
    let leaf = rcgen::CertificateParams::new(HOSTS.map(str::to_owned).to_vec()).unwrap();
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

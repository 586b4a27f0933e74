//! A live Firebase project: what Google's APIs tell, asked only with a token and over a verified connection.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::provider_api::ProviderApi;

const HOSTS: [&str; 5] = [
    "firebaserules.googleapis.com",
    "identitytoolkit.googleapis.com",
    "firebaseappcheck.googleapis.com",
    "firebasedatabase.googleapis.com",
    DATABASE,
];
const DATABASE: &str = "shop-1-default-rtdb.firebaseio.com";
const DATA: &str = r#"{ "rules": { "users": { "$uid": { ".read": "auth.uid === $uid" } } } }"#;
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
        (
            "/v1beta/projects/shop-1/locations/-/instances?pageSize=100",
            json!({ "instances": [
                { "name": "projects/1/locations/us-central1/instances/shop-1-default-rtdb", "databaseUrl": format!("https://{DATABASE}"), "type": "DEFAULT_DATABASE", "state": "ACTIVE" },
            ] }),
        ),
        ("/.settings/rules.json", json!(DATA)),
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
            "GET /.settings/rules.json HTTP/1.1",
            "GET /admin/v2/projects/shop-1/config HTTP/1.1",
            "GET /v1/projects/shop-1/releases?pageSize=100 HTTP/1.1",
            "GET /v1/projects/shop-1/rulesets/0a-1 HTTP/1.1",
            "GET /v1/projects/shop-1/services?pageSize=100 HTTP/1.1",
            "GET /v1beta/projects/shop-1/locations/-/instances?pageSize=100 HTTP/1.1",
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
fn data_opened_in_the_console_is_found() {
    let with = |text: &str| {
        let mut all = answers(OWNED);
        let live = all.iter_mut().find(|(path, _)| *path == "/.settings/rules.json").unwrap();
        live.1 = json!(text);
        let project = Project::start(all);
        std::fs::write(project.folder.path().join("database.rules.json"), DATA).unwrap();
        project.audit(Some(TOKEN), true)
    };
    let said = with(&DATA.replace("auth.uid === $uid", "true"));
    let found = said.findings.iter().find(|found| found["check"] == "firebase/live-database-rules-differ");
    let found = found.unwrap_or_else(|| panic!("{}", said.text)).to_string();
    assert!(found.contains("critical") && found.contains("read /users/$uid as anonymous"), "{found}");
    assert!(found.contains("curl") && found.contains("users/somebody.json"), "{found}");
    assert!(!said.text.contains("TEST-only"), "{}", said.text);
    // A comment that the console kept is no difference.
    let said = with(&format!("// deployed by hand\n{DATA}"));
    assert!(!said.text.contains("firebase/live-database-rules-differ"), "{}", said.text);
    let said = with("{");
    assert!(said.findings.iter().all(|found| found["check"] != "firebase/live-database-rules-differ"));
    assert!(said.text.contains("firebase/live-database-rules-differ"), "undecided: {}", said.text);
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
    api: ProviderApi,
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
        let api = ProviderApi::start(&HOSTS, move |request| {
            let has_token = request.head.contains(&format!("authorization: Bearer {TOKEN}\r\n"));
            let body = answers.iter().find(|(wanted, _)| *wanted == request.path() && has_token);
            // Rules are text, of which only the database knows that it is nearly JSON.
            body.map(|(_, body)| body.as_str().map_or_else(|| body.to_string(), str::to_owned))
        });
        std::fs::write(folder.path().join("ca.pem"), &api.ca).unwrap();
        Self { folder, api }
    }

    /// First lines of the requests.
    fn lines(&self) -> Vec<String> {
        let first = |head: &String| head.lines().next().unwrap_or_default().to_owned();
        self.api.requests().iter().map(first).collect()
    }

    fn audit(&self, token: Option<&str>, trusted: bool) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gonogo"));
        command.args(["audit", "--exit-zero", "--format", "json"]).env_remove("GONOGO_FIREBASE_TOKEN");
        for check in [
            "addresses-told",
            "anonymous-sign-in",
            "app-check-off",
            "database-rules-differ",
            "domain-local",
            "rules-differ",
        ] {
            command.args(["--only", &format!("firebase/live-{check}")]);
        }
        for host in HOSTS {
            command.args(["--connect-to", &format!("{host}:443:127.0.0.1:{}", self.api.port)]);
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

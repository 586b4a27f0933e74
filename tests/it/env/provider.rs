//! What the APIs of Supabase, Resend, Cloudflare and the others tell, through the binary and a server on
//! loopback that answers in their names.

use std::{collections::BTreeMap, process::Command};

use crate::provider_api::ProviderApi;

const HOSTS: [&str; 8] = [
    "api.supabase.com",
    "api.resend.com",
    "api.cloudflare.com",
    "api-m.paypal.com",
    "api.hubapi.com",
    "identitytoolkit.googleapis.com",
    "firebaserules.googleapis.com",
    "firebaseappcheck.googleapis.com",
];
const REF: &str = "abcdefghijklmnopqrst";
const ZONE: &str = "0123456789abcdef0123456789abcdef";
/// The value of a secret, which the API sends and nobody may keep.
const VALUE: &str = "5f2b1c9d8e7a6b5c4d3e";

/// Answers by the beginning of the path.
fn broken() -> Vec<(&'static str, String)> {
    vec![
        ("/v1/projects/abcdefghijklmnopqrst/functions", r#"[{"slug":"pay","verify_jwt":false}]"#.into()),
        (
            "/v1/projects/abcdefghijklmnopqrst/secrets",
            format!(r#"[{{"name":"OLD_KEY","value":"{VALUE}","updated_at":"2020-01-01T00:00:00Z"}}]"#),
        ),
        (
            "/v1/projects/abcdefghijklmnopqrst/config/auth",
            r#"{"site_url":"http://localhost:3000","uri_allow_list":"https://*.vercel.app/**"}"#.into(),
        ),
        (
            "/v1/projects/abcdefghijklmnopqrst/advisors/security",
            r#"{"lints":[{"name":"rls_disabled_in_public","level":"ERROR","metadata":{"schema":"public","name":"notes"}}]}"#.into(),
        ),
        ("/v1/projects/abcdefghijklmnopqrst/ssl-enforcement", r#"{"currentConfig":{"database":false}}"#.into()),
        ("/v1/projects/abcdefghijklmnopqrst/database/backups", r#"{"pitr_enabled":false,"backups":[]}"#.into()),
        ("/v1/projects/abcdefghijklmnopqrst/database/migrations", r#"[{"version":"20260101000000"}]"#.into()),
        ("/domains", r#"{"data":[{"name":"acme.io","status":"failed"}]}"#.into()),
        ("/client/v4/zones/0123456789abcdef0123456789abcdef/settings/ssl", r#"{"result":{"value":"flexible"}}"#.into()),
        ("/client/v4/zones/0123456789abcdef0123456789abcdef/pagerules", r#"{"result":[]}"#.into()),
        ("/client/v4/zones/", r#"{"result":{"value":"on"}}"#.into()),
        ("/v1/notifications/webhooks", r#"{"webhooks":[{"url":"https://x.ngrok-free.app/hook?key=1"}]}"#.into()),
        ("/webhooks/v3/77/settings", r#"{"targetUrl":"http://acme.io/hook"}"#.into()),
        (
            "/admin/v2/projects/acme-prime/config",
            r#"{"name":"projects/acme-prime/config","authorizedDomains":["localhost","x.ngrok-free.app"]}"#.into(),
        ),
        ("/v1/projects/acme-prime/", "{}".into()),
    ]
}

#[test]
fn each_provider_is_asked_and_its_contradictions_are_told() {
    let server = Server::start(broken());
    let said = server.audit(true);
    let wanted = [
        "env/delivery-not-own",
        "env/deployed-function-open",
        "env/deployed-redirect-not-own",
        "env/deployed-secret-missing",
        "env/sender-domain-unverified",
        "env/sign-in-domain-not-own",
        "ops/cloudflare-settings",
        "ops/database-unprotected",
        "ops/migrations-pending",
        "ops/secret-unchanged",
        "ops/supabase-advisor",
    ];
    let report: serde_json::Value = serde_json::from_str(said.split('\u{0}').next().unwrap()).unwrap();
    let mut found: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|finding| finding["check"].as_str())
        .collect();
    found.sort_unstable();
    found.dedup();
    for check in wanted {
        assert!(found.contains(&check), "{check} is not among {found:?}");
    }
    assert!(
        !said.contains(VALUE) && !said.contains("key=1") && !said.contains("gonogo-test-token"),
        "{said}"
    );
    let asked = server.requests();
    assert!(asked.iter().all(|request| request.starts_with("GET ")), "{asked:?}");
    assert!(
        asked.iter().all(|request| request.contains("authorization: Bearer gonogo-test-token")),
        "{asked:?}"
    );
    assert!(!asked.iter().any(|request| request.contains("api-keys")), "{asked:?}");
}

#[test]
fn without_a_token_nobody_is_asked_and_nothing_is_decided() {
    let server = Server::start(broken());
    let said = server.audit(false);
    assert!(server.requests().is_empty(), "{:?}", server.requests());
    let report: serde_json::Value = serde_json::from_str(said.split('\u{0}').next().unwrap()).unwrap();
    let undecided: Vec<&str> =
        report["inconclusive"].as_array().unwrap().iter().filter_map(|one| one["check"].as_str()).collect();
    assert!(
        undecided.contains(&"env/deployed-function-open") && undecided.contains(&"ops/cloudflare-settings")
    );
    assert!(said.contains("GONOGO_TEST_TOKEN is not set"), "{said}");
}

#[test]
fn nonsense_decides_nothing() {
    for answer in ["", "<html>", "[]", "{}", r#"{"data":7,"result":[],"lints":{}}"#] {
        let paths = broken().into_iter().map(|(path, _)| (path, answer.to_owned())).collect();
        let said = Server::start(paths).audit(true);
        let report: serde_json::Value = serde_json::from_str(said.split('\u{0}').next().unwrap()).unwrap();
        let told =
            report["findings"].as_array().unwrap().iter().filter_map(|finding| finding["check"].as_str());
        let told: Vec<&str> = told
            .filter(|check| !matches!(*check, "ops/checklist-open" | "ops/owners-undeclared"))
            // An empty list is an answer: the project has no function, no secret, no migration.
            .filter(|check| {
                answer != "[]" || !matches!(*check, "env/deployed-secret-missing" | "ops/migrations-pending")
            })
            .filter(|check| {
                check.starts_with("env/deployed")
                    || check.starts_with("ops/cloud")
                    || check.starts_with("env/send")
                    || check.starts_with("env/sign")
                    || check.starts_with("env/deliv")
            })
            .collect();
        assert!(told.is_empty(), "{answer}: {told:?}");
    }
}

#[test]
fn the_plan_and_the_table_name_them() {
    let server = Server::start(broken());
    let plan =
        Command::new(env!("CARGO_BIN_EXE_gonogo")).arg("plan").arg(server.folder.path()).output().unwrap();
    let plan = String::from_utf8_lossy(&plan.stdout).into_owned();
    for host in HOSTS {
        assert!(plan.contains(&format!("https://{host}/")), "{host}: {plan}");
    }
    let html = server.run(true, "html");
    assert!(html.contains("deployed.site_url") && html.contains("api.supabase.com/v1/projects/"), "{html}");
}

/// A server on loopback, and a project that names tokens for all providers.
struct Server {
    folder: tempfile::TempDir,
    api: ProviderApi,
}

impl Server {
    fn start(answers: Vec<(&'static str, String)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| super::write(folder.path(), path, text);
        let ids = BTreeMap::from([
            ("supabase", REF),
            ("cloudflare", ZONE),
            ("hubspot", "77"),
            ("firebase", "acme-prime"),
            ("resend", ""),
            ("paypal", ""),
        ]);
        let mut config = "schema = 1\n\n[project]\nname = \"portal\"\n".to_owned();
        for (provider, id) in ids {
            config += &format!("\n[providers.{provider}]\nkey_env = \"GONOGO_TEST_TOKEN\"\n");
            if !id.is_empty() {
                config += &format!("id = \"{id}\"\n");
            }
        }
        write("gonogo.toml", &config);
        write("supabase/config.toml", "[functions.pay]\nverify_jwt = true\n");
        write(
            "supabase/functions/pay/index.ts",
            "const t = Deno.env.get('CRM_TOKEN')!;\nDeno.serve(() => new Response(t));\n",
        );
        write("supabase/migrations/20260101000000_a.sql", "create table a (id int);\n");
        write("supabase/migrations/20260201000000_b.sql", "create table b (id int);\n");
        write(".env.production", "MAIL_FROM=Acme <hello@acme.io>\n");
        let api = ProviderApi::start(&HOSTS, move |request| {
            let body = answers.iter().find(|(prefix, _)| request.path().starts_with(prefix));
            body.map(|(_, body)| body.clone())
        });
        write("ca.pem", &api.ca);
        Self { folder, api }
    }

    fn requests(&self) -> Vec<String> {
        self.api.requests()
    }

    fn audit(&self, with_token: bool) -> String {
        self.run(with_token, "json")
    }

    /// What an audit prints, a zero byte, and what it recorded.
    fn run(&self, with_token: bool, format: &str) -> String {
        let record = self.folder.path().join("seen.json");
        let mut command = Command::new(env!("CARGO_BIN_EXE_gonogo"));
        command.args(["audit", "--only", "env,ops", "--exit-zero", "--format", format]);
        for host in HOSTS {
            command.args(["--connect-to", &format!("{host}:443:127.0.0.1:{}", self.api.port)]);
        }
        command.arg("--ca").arg(self.folder.path().join("ca.pem")).arg("--record").arg(&record);
        command.arg(self.folder.path()).env_remove("GONOGO_TEST_TOKEN");
        if with_token {
            command.env("GONOGO_TEST_TOKEN", "gonogo-test-token");
        }
        let output = command.output().unwrap();
        let recorded = std::fs::read_to_string(record).unwrap_or_default();
        let (said, complained) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        format!("{said}\u{0}{complained}{recorded}")
    }
}

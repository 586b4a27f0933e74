//! What the API of a provider tells: asked only with a key, over a verified connection, and the key is in
//! no output.

use std::process::Command;

use super::provider_api::ProviderApi;

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
    api: ProviderApi,
}

impl Stripe {
    fn start(account: &str, endpoints: &str, events: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = "schema = 1\n\n[project]\nname = \"portal\"\n\n[providers.stripe]\nkey_env = \"GONOGO_STRIPE_KEY\"\n";
        std::fs::write(folder.path().join("gonogo.toml"), config).unwrap();
        let answers = [
            ("/v1/account", account.to_owned()),
            ("/v1/webhook_endpoints", endpoints.to_owned()),
            ("/v1/events", events.to_owned()),
        ];
        let api = ProviderApi::start(&["api.stripe.com"], move |request| {
            let body = answers.iter().find(|(prefix, _)| request.path().starts_with(prefix));
            Some(body.map(|(_, body)| body.clone()).unwrap_or_default())
        });
        std::fs::write(folder.path().join("ca.pem"), &api.ca).unwrap();
        Self { folder, api }
    }

    fn requests(&self) -> Vec<String> {
        self.api.requests()
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
            .args(["--connect-to", &format!("api.stripe.com:443:127.0.0.1:{}", self.api.port)])
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

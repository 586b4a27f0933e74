//! Our signatures, and the providers' own SDKs under Node.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use gonogo::engine::{
    handler::{Provider, providers},
    signature::{self, Key, Outcome, Signed},
};
use serde_json::{Value, json};

const URL: &str = "https://hooks.example.com/events";

#[test]
fn the_providers_own_sdks_agree() {
    let now = jiff::Timestamp::now().as_second();
    let requests: Vec<Value> = providers().iter().flat_map(|provider| requests(provider, now)).collect();
    let answers = asked(&requests, now);
    assert_eq!(answers.len(), requests.len());
    let mut agreed = Vec::new();
    for (request, answer) in requests.iter().zip(&answers) {
        let name = request["provider"].as_str().unwrap();
        if let Some(answer) = answer.as_bool() {
            assert_eq!(answer, request["valid"], "{name}: {request:#}");
            agreed.push(name);
        }
    }
    agreed.dedup();
    assert!(agreed.len() >= 12, "{agreed:?}");
}

/// One as the provider sends it, and one whose body was changed on the way; both as we see them.
fn requests(provider: &Provider, now: i64) -> Vec<Value> {
    let Some(scheme) = &provider.signature else { return Vec::new() };
    let key =
        if scheme.key == Key::Base64 { "whsec_c2VjcmV0LW9mLTE2LWJ5dGVz" } else { "example-signing-secret" };
    let body = match provider.id.as_str() {
        "twilio" => "Amount=1000&From=%2B15550100".to_owned(),
        _ => format!("{{\"id\":\"evt_1\",\"amount\":1000,\"webhookTimestamp\":{now}000}}"),
    };
    let made = signature::headers(scheme, URL, body.as_bytes(), key, now);
    let (url, key, body, headers, now) = match (made, provider.vectors.first()) {
        (Some(headers), _) => (URL, key, body, headers, now),
        (None, Some(vector)) => (
            vector.url.as_str(),
            vector.key.as_str(),
            vector.body.clone(),
            vector.headers.clone(),
            vector.now,
        ),
        (None, None) => return Vec::new(),
    };
    let request = |body: String, expected: Outcome| {
        let signed = Signed { url, endpoint: "", headers: &headers, body: body.as_bytes() };
        let outcome = signature::verify(scheme, &signed, key, provider.tolerance, now);
        let valid = outcome == Outcome::Valid;
        assert_eq!(valid, expected == Outcome::Valid, "{}: {outcome:?}", provider.id);
        json!({ "provider": provider.id, "url": url, "body": body, "headers": headers, "key": key, "valid": valid })
    };
    let changed = body.replace("1000", "1001");
    // What is signed in the body, or by the account's own endpoint, is left to the vectors.
    if !scheme.body.is_empty() || scheme.content.contains("{endpoint}") || changed == body {
        return Vec::new();
    }
    vec![request(body, Outcome::Valid), request(changed, Outcome::Invalid)]
}

fn asked(requests: &[Value], now: i64) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/webhook/sdk.cjs");
    let mut node = Command::new("node")
        .arg(script)
        .env("GONOGO_NODE_MODULES", super::modules())
        .env("SIGNED_AT", now.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = serde_json::to_vec(requests).unwrap();
    node.stdin.take().unwrap().write_all(&asked).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    // SDKs may greet on standard output; the answers are the last line.
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    serde_json::from_str(text.lines().last().unwrap_or_default())
        .unwrap_or_else(|err| panic!("{err}: {text}"))
}

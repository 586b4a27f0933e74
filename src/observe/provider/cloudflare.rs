//! Cloudflare: how a zone treats encryption and caches.

use serde_json::Value;

use super::{Api, Net, project_of};
use crate::seen::{CacheRule, CloudflareAccount, Miss};

pub(super) const BASE: &str = "https://api.cloudflare.com";
pub(super) const PATHS: &[(&str, &str)] = &[
    ("/client/v4/zones/{id}/settings/ssl", "how the zone speaks to the server behind it"),
    ("/client/v4/zones/{id}/settings/always_use_https", "whether visitors are led to HTTPS"),
    ("/client/v4/zones/{id}/settings/min_tls_version", "the oldest TLS version"),
    ("/client/v4/zones/{id}/settings/development_mode", "whether the cache is passed by"),
    ("/client/v4/zones/{id}/pagerules", "what is cached whatever it is"),
    ("/client/v4/zones/{id}/rulesets/phases/http_request_cache_settings/entrypoint", "rules of the cache"),
];

/// Rules that are kept.
const RULES: usize = 200;

pub(super) async fn observe(net: &Net, id: &str) -> Result<CloudflareAccount, Miss> {
    let is_zone = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let zone = project_of(net, id, is_zone, "the id of a zone, 32 hexadecimal digits")?;
    let api = Api::of(net, id, BASE)?;
    let path = |rest: &str| format!("/client/v4/zones/{zone}/{rest}");
    let setting = |name: &str| path(&format!("settings/{name}"));
    let paths = [
        setting("ssl"),
        setting("always_use_https"),
        setting("min_tls_version"),
        setting("development_mode"),
        path("pagerules"),
        path("rulesets/phases/http_request_cache_settings/entrypoint"),
    ];
    let [ssl, https, tls, development, pages, rules] = &paths;
    let (ssl, https, tls, development, pages, rules) = tokio::join!(
        api.get(ssl),
        api.get(https),
        api.get(tls),
        api.get(development),
        api.get(pages),
        api.get(rules)
    );
    Ok(CloudflareAccount {
        zone,
        ssl: ssl.and_then(|answer| value(&answer)).into(),
        always_use_https: https.and_then(|answer| is_on(&answer)).into(),
        min_tls_version: tls.and_then(|answer| value(&answer)).into(),
        development_mode: development.and_then(|answer| is_on(&answer)).into(),
        cache_everything: both(pages, rules).into(),
    })
}

fn value(answer: &Value) -> Result<String, Miss> {
    let text = answer["result"]["value"].as_str().filter(|text| text.len() < 100);
    text.map(str::to_owned).ok_or_else(|| Miss::Malformed("a setting of Cloudflare's".to_owned()))
}

fn is_on(answer: &Value) -> Result<bool, Miss> {
    Ok(value(answer)? == "on")
}

/// Page rules of the old kind, and cache rules of the new one. A zone without the new kind answers 404,
/// which the old kind alone does not excuse.
fn both(pages: Result<Value, Miss>, rules: Result<Value, Miss>) -> Result<Vec<CacheRule>, Miss> {
    let pages = pages?;
    let malformed = || Miss::Malformed("Cloudflare's rules".to_owned());
    let mut found = Vec::new();
    for rule in pages["result"].as_array().ok_or_else(malformed)?.iter().take(RULES) {
        let caches = rule["actions"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|action| action["id"] == "cache_level" && action["value"] == "cache_everything");
        let target = rule["targets"][0]["constraint"]["value"].as_str().unwrap_or_default();
        if caches && rule["status"] == "active" {
            found.push(CacheRule { matches: target.chars().take(300).collect() });
        }
    }
    let rules = match rules {
        Ok(rules) => rules,
        Err(Miss::Denied(why)) if why.contains("answered 404") => return Ok(found),
        Err(miss) => return Err(miss),
    };
    for rule in rules["result"]["rules"].as_array().into_iter().flatten().take(RULES) {
        let is_cached = rule["action_parameters"]["cache"].as_bool().unwrap_or(false);
        let overrides = rule["action_parameters"]["edge_ttl"]["mode"] == "override_origin";
        if is_cached && overrides && rule["enabled"].as_bool().unwrap_or(true) {
            let matches = rule["expression"].as_str().unwrap_or_default();
            found.push(CacheRule { matches: matches.chars().take(300).collect() });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_of_both_kinds() {
        let pages = json!({ "result": [
            { "status": "active", "actions": [{ "id": "cache_level", "value": "cache_everything" }],
              "targets": [{ "constraint": { "value": "*acme.io/*" } }] },
            { "status": "disabled", "actions": [{ "id": "cache_level", "value": "cache_everything" }], "targets": [] },
        ] });
        let rules = json!({ "result": { "rules": [
            { "expression": "true", "action_parameters": { "cache": true, "edge_ttl": { "mode": "override_origin" } } },
            { "expression": "x", "action_parameters": { "cache": true } },
        ] } });
        let found = both(Ok(pages.clone()), Ok(rules)).expect("rules");
        assert_eq!(
            found.iter().map(|rule| rule.matches.as_str()).collect::<Vec<_>>(),
            ["*acme.io/*", "true"]
        );
        let missing = Miss::Denied("https://x answered 404".to_owned());
        assert_eq!(both(Ok(pages.clone()), Err(missing)).expect("rules").len(), 1);
        assert!(both(Ok(pages), Err(Miss::Denied("answered 403".to_owned()))).is_err());
        assert!(both(Ok(json!({})), Ok(json!({}))).is_err());
    }
}

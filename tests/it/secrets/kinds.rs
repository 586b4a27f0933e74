//! Every kind of credential in the files where credentials stand: found there, as what it is, and
//! nothing else with it.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use gonogo::engine::secrets::{RULES, Rule, by_id, scan};
use serde::Deserialize;

use super::template::expand;

#[derive(Deserialize)]
struct File {
    rule: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    matches: Vec<String>,
}

/// Kinds that are a line or a block of a file of their own, and are planted with all of it.
const WHOLE: &[&str] = &[
    "authorization-header",
    "curl-user-password",
    "sql-user-password",
    "connect-call-password",
    "command-line-password",
    "go-mysql-dsn",
    "oracle-jdbc-url",
    "google-app-password",
    "pgpass-password",
    "netrc-password",
    "pypirc-password",
    "npm-registry-auth-token",
    "npm-registry-password",
    "docker-config-auth",
    "kubeconfig-client-key",
    "jwk-private-key",
    "putty-private-key",
    "google-service-account-key",
    "private-key",
    "private-key-encrypted",
];

/// What people call it where the id says too little, or another kind's words.
const NAMES: &[(&str, &str)] = &[
    ("google-oauth-refresh-token", "google_refresh_token"),
    ("framework-secret", "nextauth_secret"),
    ("keystore-password", "store_password"),
    ("password-assignment", "smtp_password"),
    ("generic-secret", "internal_secret"),
    ("uuid-key", "partner_api_key"),
    ("password-short-name", "smtp_pass"),
    ("google-recaptcha-secret-key", "recaptcha_secret_key"),
    ("datadog-app-key", "dd_app_key"),
    ("aws-secret-access-key", "aws_secret_access_key"),
    ("neon-database-password", "neon_database_pass"),
    ("cloudflare-legacy-global-key", "cloudflare_api_key"),
    ("cloudflare-legacy-token", "cloudflare_api_token"),
    ("netlify-legacy-token", "netlify_auth_token"),
    ("vercel-legacy-token", "vercel_token"),
    ("upstash-rest-token", "upstash_redis_rest_token"),
    ("expo-access-token", "expo_token"),
    ("onesignal-rest-key", "onesignal_rest_api_key"),
    ("segment-write-key", "segment_write_key"),
    ("google-gemini-key", "gemini_api_key"),
    ("google-api-key", "maps_browser"),
    ("convex-deploy-key", "convex_deploy_key"),
    ("hetzner-api-token", "hcloud_token"),
    ("cohere-api-key", "cohere_api_key"),
    ("azure-ai-key", "azure_speech_key"),
    ("kit-api-secret", "convertkit_api_secret"),
];

/// What is planted: under a name, one line or more.
struct Plant {
    rule: &'static Rule,
    name: String,
    value: String,
}

fn plants() -> Vec<Plant> {
    let mut plants = Vec::new();
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/secrets")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for entry in toml::from_str::<File>(&text).unwrap().rule {
            let rule = by_id(&format!("secrets/{}", entry.id)).unwrap();
            for example in &entry.matches {
                let text = expand(example);
                let found = scan(text.as_bytes());
                let hit = found.hits.iter().find(|hit| hit.rule == rule);
                let hit = hit.unwrap_or_else(|| panic!("{} misses its own example", entry.id));
                let is_whole = WHOLE.contains(&entry.id.as_str()) || hit.encoded;
                let named = NAMES.iter().find(|(id, _)| *id == entry.id);
                let name = named.map_or_else(|| entry.id.replace('-', "_"), |(_, name)| (*name).to_owned());
                let value = if is_whole {
                    text.clone()
                } else if rule.has_group && !rule.ignore_case {
                    in_quotes(&text, hit.span.start).to_owned()
                } else {
                    text[hit.span.clone()].to_owned()
                };
                plants.push(Plant { rule, name, value });
            }
        }
    }
    plants
}

/// The word or quoted string around a place: a URL with the password in it.
fn in_quotes(text: &str, at: usize) -> &str {
    if text.contains('\n') || text.contains('{') {
        return text;
    }
    let is_edge = |letter: char| letter.is_whitespace() || "\"'`".contains(letter);
    let start = text[..at].rfind(is_edge).map_or(0, |edge| edge + 1);
    let end = text[at..].find(is_edge).map_or(text.len(), |edge| at + edge);
    let word = &text[start..end];
    // `NAME=` before it is the example's own.
    match word.split_once('=') {
        Some((name, rest)) if name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') => rest,
        _ => word,
    }
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| text + &word[..1].to_ascii_uppercase() + &word[1..])
}

fn upper(name: &str) -> String {
    name.to_ascii_uppercase()
}

/// In a string literal of most languages.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let _ = write!(all, "\n    {line}");
        all
    })
}

/// The contexts, with all that a file of the kind would have around the value.
fn contexts(plant: &Plant) -> Vec<(&'static str, String)> {
    let Plant { name, value, .. } = plant;
    let (small, big) = (camel(name), upper(name));
    let (string, quote) = (quoted(value), single(value));
    let line = !value.contains('\n') && !value.contains([' ', '"']);
    let source =
        format!("import {{ a }} from './a';\n\nexport const {small} = {string};\nexport default a;\n");
    let mut all = vec![
        ("bundle", format!("!function(){{var e={{{small}:{string},debug:!1}},t=n(12);t.init(e)}}();")),
        ("bundle, a variable", format!("const a=1,{small}={string};async function b(){{await c({small})}}")),
        (
            "source map",
            format!(
                r#"{{"version":3,"file":"a.js","sources":["../src/a.ts"],"sourcesContent":[{}],"mappings":"AAAA"}}"#,
                quoted(&source)
            ),
        ),
        ("JSON", format!("{{\n  \"name\": \"portal\",\n  \"{small}\": {string},\n  \"debug\": false\n}}\n")),
        ("JSON, snake", format!("{{\"{name}\":{string},\"retries\":3}}")),
        ("JSON, pair", format!("[{{\"name\": \"{big}\", \"value\": {string}}}]")),
        ("Dart", format!("class Config {{\n  static const String {small} = {quote};\n}}\n")),
        ("Dart, map", format!("final headers = <String, String>{{'{name}': {quote}}};\n")),
        ("TypeScript", format!("export const {small}: string = {string};\n")),
        ("TypeScript, fallback", format!("const key = process.env.{big} ?? {quote};\n")),
        ("TypeScript, object", format!("export default {{\n  {small}: {quote},\n  retries: 3,\n}};\n")),
        ("Terraform", format!("resource \"x\" \"y\" {{\n  {name} = {string}\n}}\n")),
        (
            "Terraform, variable",
            format!("variable \"{name}\" {{\n  type    = string\n  default = {string}\n}}\n"),
        ),
        ("Terraform, pair", format!("environment = [{{ name = \"{big}\", value = {string} }}]\n")),
        ("shell", format!("#!/bin/sh\nexport {big}={string}\n")),
        (
            "shell, single",
            format!("{big}={} ./deploy.sh\n", if line { format!("'{value}'") } else { string.clone() }),
        ),
        ("YAML, quoted", format!("config:\n  {name}: {string}\n")),
        ("YAML, pair", format!("env:\n  - name: {big}\n    value: {string}\n")),
    ];
    if line {
        all.push((".env", format!("NODE_ENV=production\n{big}={value}\nPORT=3000\n")));
        all.push((".env, quoted", format!("{big}=\"{value}\"\n")));
        all.push(("YAML", format!("config:\n  {name}: {value}\n  debug: false\n")));
        all.push(("YAML, list", format!("environment:\n  - {big}={value}\n")));
    } else {
        all.push((".env", format!("{big}={string}\n")));
        all.push(("YAML", format!("{name}: |{}\n", indented(value))));
    }
    all
}

/// Kinds that hold for one provider's own form or name.
fn is_provider(rule: &Rule) -> bool {
    !["generic-secret", "password-assignment", "framework-secret", "jwt-signing-secret", "json-web-token"]
        .iter()
        .any(|id| rule.id.ends_with(id))
}

#[test]
fn every_kind_is_found_in_every_context_and_nothing_else() {
    let (mut tried, mut found, mut extra) = ([0_u32; 2], [0_u32; 2], 0_u32);
    let mut wrong = Vec::new();
    for plant in plants() {
        for (context, text) in contexts(&plant) {
            let group = usize::from(!is_provider(plant.rule));
            tried[group] += 1;
            let hits = scan(text.as_bytes()).hits;
            let own = hits.iter().filter(|hit| hit.rule == plant.rule).count();
            let values: BTreeSet<&str> = hits.iter().map(|hit| hit.fingerprint.as_str()).collect();
            found[group] += u32::from(own > 0);
            let more = values.len().saturating_sub(1);
            extra += more as u32;
            if own == 0 || more > 0 {
                let ids: Vec<&str> = hits.iter().map(|hit| hit.rule.id).collect();
                wrong.push(format!("{} in {context}: {ids:?}\n{text}", plant.rule.id));
            }
        }
    }
    let recall = |group: usize| f64::from(found[group]) * 100.0 / f64::from(tried[group].max(1));
    let summary = format!(
        "{} kinds: provider kinds {} of {} ({:.2} %), others {} of {} ({:.2} %), {extra} extra findings",
        RULES.len(),
        found[0],
        tried[0],
        recall(0),
        found[1],
        tried[1],
        recall(1)
    );
    assert!(wrong.is_empty(), "{summary}\n{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

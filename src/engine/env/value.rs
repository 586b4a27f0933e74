//! What a value is, by its text and the name it has. Values go in and only their kind comes out.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::seen::{Stage, Value};

/// Prefixes of keys: provider, prefix, secret, and whether it is live where it tells.
const KEYS: &[(&str, &str, bool, Option<bool>)] = &[
    ("OpenAI", "sk-proj-", true, None),
    ("Anthropic", "sk-ant-", true, None),
    ("OpenRouter", "sk-or-", true, None),
    ("OpenAI", "sk-", true, None),
    ("Groq", "gsk_", true, None),
    ("xAI", "xai-", true, None),
    ("Perplexity", "pplx-", true, None),
    ("Replicate", "r8_", true, None),
    ("Hugging Face", "hf_", true, None),
    ("Resend", "re_", true, None),
    ("HubSpot", "pat-na1-", true, None),
    ("HubSpot", "pat-eu1-", true, None),
    ("GitHub", "ghp_", true, None),
    ("GitHub", "github_pat_", true, None),
    ("GitHub", "ghs_", true, None),
    ("GitLab", "glpat-", true, None),
    ("AWS", "AKIA", true, None),
    ("SendGrid", "SG.", true, None),
    ("Slack", "xoxb-", true, None),
    ("Slack", "xoxp-", true, None),
    ("npm", "npm_", true, None),
    ("Shopify", "shpat_", true, None),
    ("Postmark", "POSTMARK_API_TEST", true, Some(false)),
    ("Mollie", "live_", true, Some(true)),
    ("Mollie", "test_", true, Some(false)),
    ("Paddle", "pdl_live_", true, Some(true)),
    ("Paddle", "pdl_sdbx_", true, Some(false)),
    ("Clerk", "sk_clerk_", true, None),
    ("Square", "EAAAl", true, Some(false)),
    ("Square", "sandbox-sq0", true, Some(false)),
    ("Plaid", "access-sandbox-", true, Some(false)),
    ("Plaid", "access-production-", true, Some(true)),
    ("Razorpay", "rzp_live_", false, Some(true)),
    ("Razorpay", "rzp_test_", false, Some(false)),
    ("Mapbox", "pk.eyJ", false, None),
    ("Google", "AIza", false, None),
    ("PostHog", "phc_", false, None),
];

const SHOWN_HOSTS: usize = 6;

/// The kind of a value. `name` decides only between provider keys that share a prefix.
pub fn classify(name: &str, value: &str) -> Value {
    let value = value.trim();
    if value.is_empty() {
        return Value::Empty;
    }
    if is_reference(value) {
        return Value::Reference;
    }
    if is_placeholder(name, value) {
        return Value::Placeholder;
    }
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => return Value::Flag(true),
        "false" | "no" | "off" => return Value::Flag(false),
        _ => {}
    }
    if value.parse::<f64>().is_ok() {
        return Value::Number;
    }
    if let Some(known) = by_name(name, value) {
        return known;
    }
    key(name, value).or_else(|| jwt(value)).or_else(|| link(value)).unwrap_or_else(|| {
        if is_project_name(name) && is_project_id(value) {
            super::files::project_value(value)
        } else if let Some(domain) = mail_domain(value) {
            Value::Mailbox(domain)
        } else if looks_random(value) {
            Value::Opaque
        } else {
            Value::Text
        }
    })
}

/// What may be shown of it: the public prefix of a key with its length, the host of a URL.
pub fn shown(kind: &Value, value: &str) -> String {
    let length = value.chars().count();
    let with_prefix = |prefix: &str| format!("{prefix}… ({length} characters)");
    match kind {
        Value::Stripe { .. } => with_prefix(value.get(..8).unwrap_or_default()),
        Value::Key { .. } => {
            let known = KEYS.iter().map(|(_, prefix, ..)| *prefix);
            let known = known.chain(["whsec_", "sk_live_", "sk_test_", "pk_live_", "pk_test_"]);
            let mut known = known.filter(|prefix| value.starts_with(prefix));
            with_prefix(known.next().unwrap_or_default())
        }
        Value::SupabaseKey { secret } => with_prefix(if *secret { "sb_secret_" } else { "sb_publishable_" }),
        Value::SupabaseJwt { role, .. } => format!("eyJ… (a token of the role {role})"),
        Value::Url { scheme, host, has_password } => {
            format!("{scheme}://{}{host}", if *has_password { "…@" } else { "" })
        }
        Value::SupabaseProject(project) | Value::FirebaseProject(project) => project.clone(),
        Value::Flag(on) => on.to_string(),
        Value::Says(stage) => stage.words().to_owned(),
        Value::Mailbox(domain) => format!("…@{domain}"),
        Value::Bucket(bucket) => bucket.clone(),
        Value::Hosts(hosts) => hosts.iter().take(SHOWN_HOSTS).cloned().collect::<Vec<_>>().join(", "),
        Value::Opaque => format!("… ({length} characters)"),
        _ => String::new(),
    }
}

fn is_reference(value: &str) -> bool {
    value.starts_with("${")
        || value.starts_with("$(")
        || value.starts_with("env(")
        || value.starts_with("op://")
        || value.starts_with("encrypted:")
        || value.starts_with("vault:")
        || value.contains("{{")
        || (value.starts_with('$') && value[1..].chars().all(|c| c.is_ascii_uppercase() || c == '_'))
}

fn is_placeholder(name: &str, value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let is_one_character = value.len() >= 3 && value.bytes().all(|byte| byte == value.as_bytes()[0]);
    let is_url = lower.contains("://");
    value.eq_ignore_ascii_case(name)
        || (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('[') && value.ends_with(']') && !value.contains(','))
        || is_one_character && !value.bytes().all(|byte| byte.is_ascii_digit())
        || says(&[
            "changeme",
            "change_me",
            "change-me",
            "replace_me",
            "replace-me",
            "replaceme",
            "placeholder",
            "insert_",
            "insert-",
            "your_",
            "your-",
            "yourdomain",
            "yourapp",
            "_here",
            "-here",
            "xxxx",
            "todo",
            "fixme",
            "dummy",
            "votre_",
            "votre-",
            "seu-",
            "seu_",
            "sua-",
            "sua_",
            "tu_clave",
            "ihr_",
            "dein_",
            "@example.",
            "...",
            "…",
        ])
        || (is_url && says(&["example.com", "example.org", "example.net", "yourproject", "your.domain", "<"]))
        || [
            "example",
            "none",
            "null",
            "undefined",
            "test",
            "secret",
            "password",
            "key",
            "token",
            "any",
            "tbd",
            "foo",
            "bar",
        ]
        .contains(&lower.as_str())
            && name.len() > 3
            && named_like_a_value(name)
}

/// `NODE_ENV=test` is a value, `API_KEY=test` is none.
fn named_like_a_value(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["KEY", "SECRET", "TOKEN", "PASSWORD", "DSN"].iter().any(|word| name.contains(word))
}

fn key(name: &str, value: &str) -> Option<Value> {
    for (prefix, secret, live) in [
        ("sk_live_", true, true),
        ("rk_live_", true, true),
        ("pk_live_", false, true),
        ("sk_test_", true, false),
        ("rk_test_", true, false),
        ("pk_test_", false, false),
    ] {
        if value.starts_with(prefix) && value.len() > prefix.len() + 8 {
            // Clerk's keys have the same prefixes.
            return Some(if name.to_ascii_uppercase().contains("CLERK") {
                Value::Key { provider: "Clerk".to_owned(), secret, live: Some(live) }
            } else {
                Value::Stripe { secret, live }
            });
        }
    }
    // `whsec_your_secret_of_staging` has words in it.
    if value.starts_with("whsec_") && value.len() > 16 && !value[6..].contains(['_', '-']) {
        return Some(Value::Key { provider: "webhook".to_owned(), secret: true, live: None });
    }
    if value.starts_with("sb_secret_") || value.starts_with("sb_publishable_") {
        return Some(Value::SupabaseKey { secret: value.starts_with("sb_secret_") });
    }
    if value.contains("-----BEGIN") && value.contains("PRIVATE KEY-----") {
        return Some(Value::Key { provider: "private key".to_owned(), secret: true, live: None });
    }
    let found = KEYS.iter().find(|(provider, prefix, ..)| {
        // `test_` and `live_` are everybody's prefixes unless the name is Mollie's or Paddle's.
        value.starts_with(prefix)
            && value.len() >= prefix.len() + 12
            && (looks_random(&value[prefix.len()..]) || is_long_and_plain(&value[prefix.len()..]))
            && (*provider != "Mollie" || name.to_ascii_uppercase().contains("MOLLIE"))
    });
    found.map(|(provider, _, secret, live)| Value::Key {
        provider: (*provider).to_owned(),
        secret: *secret,
        live: *live,
    })
}

/// Some keys are made of letters alone.
fn is_long_and_plain(rest: &str) -> bool {
    rest.len() >= 28 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A Supabase token by its claims; any other token is opaque.
fn jwt(value: &str) -> Option<Value> {
    let mut parts = value.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if !header.starts_with("eyJ") || parts.next().is_some() || signature.is_empty() || claims.len() > 8_192 {
        return None;
    }
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    let text = |key: &str| claims.get(key).and_then(serde_json::Value::as_str);
    let role = text("role").filter(|role| matches!(*role, "anon" | "service_role" | "authenticated"))?;
    let project = text("ref").filter(|project| is_project_ref(project));
    // Without a reference only the issuer says whose token it is.
    (project.is_some() || text("iss").is_some_and(|issuer| issuer.contains("supabase"))).then(|| {
        Value::SupabaseJwt {
            role: role.to_owned(),
            project: project.map(str::to_owned),
            expires: claims
                .get("exp")
                .and_then(serde_json::Value::as_i64)
                .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()),
        }
    })
}

/// What only the name can tell: switches, buckets and lists of origins.
fn by_name(name: &str, value: &str) -> Option<Value> {
    let name = name.to_ascii_uppercase();
    let lower = value.to_ascii_lowercase();
    if let Some(stage) = says_stage(&name, &lower) {
        return Some(Value::Says(stage));
    }
    let is_switch = ["_MODE", "_ENV", "_ENVIRONMENT"].iter().any(|ending| name.ends_with(ending))
        && PAYMENT.iter().any(|provider| name.contains(provider));
    match lower.as_str() {
        "sandbox" | "test" | "testing" if is_switch => return Some(Value::Mode { live: false }),
        "live" | "production" | "prod" if is_switch => return Some(Value::Mode { live: true }),
        _ => {}
    }
    if name.ends_with("BUCKET") || name.ends_with("BUCKET_NAME") {
        let is_name = (3..=222).contains(&value.len())
            && value
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte));
        return is_name.then(|| Value::Bucket(value.to_owned()));
    }
    if name.contains("ORIGIN") && !name.contains("ORIGINAL") {
        return Some(hosts_of(value)).filter(|hosts| !hosts.is_empty()).map(Value::Hosts);
    }
    // A host without a scheme, as Firebase gives it.
    (name.ends_with("AUTH_DOMAIN") && lower.ends_with(".firebaseapp.com")).then(|| Value::Url {
        scheme: "https".to_owned(),
        host: lower,
        has_password: false,
    })
}

/// The environment that a variable says it is, where its name asks for that and nothing else.
fn says_stage(name: &str, value: &str) -> Option<Stage> {
    const NAMES: &[&str] = &[
        "ENV",
        "APP_ENV",
        "ENVIRONMENT",
        "ENVIRONMENT_NAME",
        "APP_ENVIRONMENT",
        "DEPLOY_ENV",
        "STAGE",
        "NODE_ENV",
        "FLASK_ENV",
        "RAILS_ENV",
        "DJANGO_ENV",
        "SENTRY_ENVIRONMENT",
    ];
    let plain = super::client_prefix(name).map_or(name, |prefix| &name[prefix.len()..]);
    if !NAMES.contains(&plain) {
        return None;
    }
    // A local run is one of development; `test` is asked for by test runners alone.
    match value {
        "local" | "debug" => Some(Stage::Development),
        "test" | "testing" => None,
        _ => Some(super::stage_of(&format!("{value}/x"))).filter(|stage| *stage != Stage::Any),
    }
}

/// Providers of payments that are switched by a variable.
const PAYMENT: &[&str] = &[
    "PAYPAL",
    "PADDLE",
    "SQUARE",
    "PLAID",
    "ADYEN",
    "BRAINTREE",
    "RAZORPAY",
    "MOLLIE",
    "STRIPE",
    "PAYMENT",
    "CASHFREE",
    "MIDTRANS",
    "MERCADO",
];

/// Hosts of a list of web addresses, lower case, without ports and paths; `*` for any.
pub(super) fn hosts_of(text: &str) -> Vec<String> {
    const MOST: usize = 100;
    let items = text.split([',', ' ', ';', '[', ']', '"', '\'', '\n']).filter(|item| !item.is_empty());
    let host = |item: &str| match item.split_once("://") {
        None => (item == "*").then(|| "*".to_owned()),
        Some(("http" | "https", rest)) => {
            let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
            (!host.is_empty()).then(|| host.to_ascii_lowercase())
        }
        Some(_) => None,
    };
    items.filter_map(host).take(MOST).collect()
}

/// The domain of one mail address, alone or as `Name <address>`.
fn mail_domain(value: &str) -> Option<String> {
    let address = match value.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>')?,
        None => value,
    };
    let (local, domain) = address.split_once('@')?;
    let plain = |text: &str, extra: &[u8]| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || extra.contains(&byte))
    };
    let is_address = plain(local, b"._%+-")
        && plain(domain, b".-")
        && domain.rsplit_once('.').is_some_and(|(_, last)| last.len() >= 2 && plain(last, b""))
        && domain.len() <= 253;
    is_address.then(|| domain.to_ascii_lowercase())
}

/// The account that a Stripe key is of: the letters after `sk_live_5` repeat those of `acct_`. Keys
/// from before 2019 do not tell.
pub(super) fn stripe_account(value: &str) -> Option<&str> {
    const LENGTH: usize = 16;
    if let Some(account) = value.strip_prefix("acct_") {
        return account.get(..LENGTH);
    }
    let rest = ["sk_live_", "rk_live_", "pk_live_", "sk_test_", "rk_test_", "pk_test_"]
        .iter()
        .find_map(|prefix| value.strip_prefix(prefix))?;
    (rest.len() >= 60).then(|| rest.strip_prefix('5')).flatten()?.get(..LENGTH)
}

fn link(value: &str) -> Option<Value> {
    let url = url::Url::parse(value).ok().filter(|_| value.contains("://"))?;
    let host = url.host_str()?.to_ascii_lowercase();
    let project = host.strip_suffix(".supabase.co").map(|rest| rest.strip_prefix("db.").unwrap_or(rest));
    if let Some(project) = project.filter(|project| is_project_ref(project) && url.password().is_none()) {
        return Some(Value::SupabaseProject(project.to_owned()));
    }
    let has_password = url.password().is_some_and(|password| {
        !password.is_empty() && !matches!(password, "postgres" | "password" | "root" | "guest" | "example")
    });
    Some(Value::Url { scheme: url.scheme().to_owned(), host, has_password })
}

/// Twenty lower-case letters.
pub(super) fn is_project_ref(text: &str) -> bool {
    text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_project_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.contains("FIREBASE") && name.ends_with("PROJECT_ID") || name == "GCLOUD_PROJECT"
}

/// 6 to 30 lower-case letters, digits and hyphens (cloud.google.com, creating projects).
pub(super) fn is_project_id(text: &str) -> bool {
    (6..=30).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Long enough, without blanks, and made of more than one sort of character.
fn looks_random(value: &str) -> bool {
    let has = |sort: fn(&u8) -> bool| value.as_bytes().iter().any(sort);
    let sorts = [
        has(u8::is_ascii_lowercase),
        has(u8::is_ascii_uppercase),
        has(u8::is_ascii_digit),
        has(|byte| matches!(byte, b'+' | b'/' | b'=' | b'!' | b'@' | b'#' | b'%')),
    ];
    value.len() >= 12
        && !value.contains(char::is_whitespace)
        && sorts.into_iter().filter(|sort| *sort).count() >= 2
        && has(u8::is_ascii_digit)
        && !value.starts_with(['/', '.', '~'])
        && !value.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", encode(r#"{"alg":"HS256","typ":"JWT"}"#), encode(claims), "c2lnbmF0dXJl")
    }

    #[test]
    fn values_tell_what_they_are() {
        let random = "4eC39HqLyjWDarjtT1zdp7dc";
        for (name, value, kind) in [
            ("A", String::new(), Value::Empty),
            ("A", "your-key-here".into(), Value::Placeholder),
            ("STRIPE_SECRET_KEY", "STRIPE_SECRET_KEY".into(), Value::Placeholder),
            ("SITE", "https://example.com".into(), Value::Placeholder),
            ("NODE_ENV", "test".into(), Value::Text),
            ("API_KEY", "test".into(), Value::Placeholder),
            ("A", "${B}".into(), Value::Reference),
            ("DEBUG", "true".into(), Value::Flag(true)),
            ("PORT", "3000".into(), Value::Number),
            ("K", format!("sk_live_{random}"), Value::Stripe { secret: true, live: true }),
            ("K", format!("pk_test_{random}"), Value::Stripe { secret: false, live: false }),
            (
                "CLERK_SECRET_KEY",
                format!("sk_test_{random}"),
                Value::Key { provider: "Clerk".into(), secret: true, live: Some(false) },
            ),
            ("K", format!("sb_secret_{random}"), Value::SupabaseKey { secret: true }),
            (
                "U",
                "https://abcdefghijklmnopqrst.supabase.co".into(),
                Value::SupabaseProject("abcdefghijklmnopqrst".into()),
            ),
            (
                "U",
                "http://localhost:3000/x".into(),
                Value::Url { scheme: "http".into(), host: "localhost".into(), has_password: false },
            ),
            ("FIREBASE_PROJECT_ID", "acme-prod".into(), Value::FirebaseProject("acme-prod".into())),
            ("SESSION_SECRET", "f3a9c1d27b604e58".into(), Value::Opaque),
            ("FROM", "Acme <hello@acme.io>".into(), Value::Mailbox("acme.io".into())),
            ("FROM", "hello@example.com".into(), Value::Placeholder),
            ("NOTE", "at @ home".into(), Value::Text),
            ("PAYPAL_MODE", "sandbox".into(), Value::Mode { live: false }),
            ("GCS_BUCKET", "acme-files".into(), Value::Bucket("acme-files".into())),
            (
                "CORS_ORIGINS",
                "https://app.acme.io, http://localhost:3000".into(),
                Value::Hosts(vec!["app.acme.io".into(), "localhost".into()]),
            ),
            ("CORS_ORIGIN", "*".into(), Value::Hosts(vec!["*".into()])),
        ] {
            assert_eq!(classify(name, &value), kind, "{name}={value}");
        }
        let anon = token(r#"{"iss":"supabase","ref":"abcdefghijklmnopqrst","role":"anon"}"#);
        let kind = classify("K", &anon);
        assert_eq!(
            kind,
            Value::SupabaseJwt {
                role: "anon".into(),
                project: Some("abcdefghijklmnopqrst".into()),
                expires: None
            }
        );
        assert_eq!(classify("T", &token(r#"{"sub":"1"}"#)), Value::Opaque);
    }

    #[test]
    fn nothing_of_a_secret_is_shown_beyond_its_prefix() {
        for value in [
            concat!("sk_", "live_4eC39HqLyjWDarjtT1zdp7dc"),
            "f3a9c1d27b604e58",
            concat!("postgres", "://u:hunter22@db.acme.io/x"),
        ] {
            let shown = shown(&classify("X_SECRET", value), value);
            assert!(
                !shown.contains("4eC3") && !shown.contains("f3a9") && !shown.contains("hunter"),
                "{shown}"
            );
        }
    }
}

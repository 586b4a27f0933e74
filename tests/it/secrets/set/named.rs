//! Secrets of nobody's own form: only the name in front of them says what they are.

use super::{Noise, Sample, contexts, expand_as, pick};

/// Names of what programs make, and its forms.
const SECRETS: &[&str] = &[
    "API_KEY",
    "APP_SECRET",
    "CLIENT_SECRET",
    "ACCESS_TOKEN",
    "AUTH_TOKEN",
    "JWT_SECRET",
    "SECRET_KEY",
    "ENCRYPTION_KEY",
    "SIGNING_KEY",
    "SIGNING_SECRET",
    "MASTER_KEY",
    "SESSION_SECRET",
    "WEBHOOK_SECRET",
    "REFRESH_TOKEN",
    "BEARER_TOKEN",
    "API_TOKEN",
    "DEPLOY_TOKEN",
    "HMAC_KEY",
    "SERVICE_KEY",
    "ADMIN_TOKEN",
    "INTERNAL_API_KEY",
    "COOKIE_SECRET",
    "ACCESS_KEY",
    "API_SECRET",
    "OAUTH_CLIENT_SECRET",
    "BILLING_API_KEY",
    "PARTNER_TOKEN",
    "SERVER_KEY",
    "NEXTAUTH_SECRET",
    "SECRET_KEY_BASE",
    "DJANGO_SECRET_KEY",
    "LICENSE_KEY",
    "AUTH_SECRET",
    "CRON_SECRET",
    "PAYMENT_SECRET",
];
const RANDOM: &[&str] = &[
    "{alnum:20}",
    "{alnum:24}",
    "{alnum:32}",
    "{alnum:40}",
    "{alnum:64}",
    "{hex:32}",
    "{hex:40}",
    "{hex:64}",
    "{b64:44}",
    "{b64url:32}",
    "{b64url:43}",
    "{b64plain:44}",
    "{lower:32}",
    "{upper:32}",
];

/// Names of what people choose or a generator of passwords makes.
const PASSWORDS: &[&str] = &[
    "PASSWORD",
    "DB_PASSWORD",
    "DATABASE_PASSWORD",
    "PASSWD",
    "DB_PASS",
    "SMTP_PASSWORD",
    "ADMIN_PASSWORD",
    "MYSQL_ROOT_PASSWORD",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "FTP_PASS",
    "USER_PASSWORD",
    "LDAP_BIND_PASSWORD",
    "KEYSTORE_PASSWORD",
    "SSH_PASSPHRASE",
    "ROOT_PASSWORD",
    "DB_PWD",
    "EMAIL_HOST_PASSWORD",
    "RABBITMQ_DEFAULT_PASS",
    "SPRING_DATASOURCE_PASSWORD",
];
const GENERATED: &[&str] = &[
    "{alnum:12}!7",
    "{alnum:16}",
    "{alnum:20}",
    "{alnum:6}#{alnum:5}@{alnum:4}",
    "{letters:5}-{alnum:6}_{alnum:6}",
    "{alnum:8}%{alnum:8}^{alnum:2}",
    "{b64url:24}",
];

/// Syllables: what people make of them is no word of any list.
const SYLLABLES: &[&str] = &[
    "bru", "kal", "mon", "tor", "zen", "wil", "fro", "gar", "lum", "nex", "pol", "ria", "sun", "tek", "vor",
    "dra",
];
const SIGNS: &[&str] = &["!", "#", "$", "@", "?", "*", "!!", "_", "-", "&"];

pub(super) fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    for (number, name) in SECRETS.iter().enumerate() {
        for turn in 0..56 {
            let seed = format!("secret{number}{turn}");
            let form = RANDOM[(number + turn) % RANDOM.len()];
            let value = expand_as(&seed, form);
            add(&mut all, "secret", form, name, number * 3 + turn * 11, &value);
        }
    }
    for (number, name) in PASSWORDS.iter().enumerate() {
        for turn in 0..56 {
            let seed = format!("password{number}{turn}");
            let form = GENERATED[(number + turn) % GENERATED.len()];
            let value = expand_as(&seed, form);
            add(&mut all, "password", form, name, number * 3 + turn * 11, &value);
        }
        for turn in 0..20 {
            let value = chosen(&mut Noise::of(&format!("chosen{number}{turn}")));
            add(&mut all, "chosen", "by a person", name, number * 5 + turn * 9, &value);
        }
    }
    all
}

fn add(all: &mut Vec<Sample>, family: &str, form: &str, name: &str, context: usize, value: &str) {
    if let Some((context, path, text)) = contexts::put(context, name, value) {
        all.push(Sample { group: format!("{family}: {name} {form} in {context}"), path, text, leaks: true });
    }
}

/// A pronounceable word or two, a year or a number, a sign: `Brukal-2019!`.
fn chosen(noise: &mut Noise) -> String {
    let mut word = String::new();
    for _ in 0..2 + noise.next() % 2 {
        word.push_str(pick(noise, SYLLABLES));
    }
    let first = word[..1].to_ascii_uppercase();
    let number = 10 + noise.next() % 9_000;
    let sign = pick(noise, SIGNS);
    match noise.next() % 4 {
        0 => format!("{first}{}{number}{sign}", &word[1..]),
        1 => format!("{first}{}{sign}{number}", &word[1..]),
        2 => format!("{}{sign}{}{number}", word, pick(noise, SYLLABLES)),
        _ => word.replace('a', "4").replace('o', "0").replace('e', "3") + &number.to_string() + sign,
    }
}

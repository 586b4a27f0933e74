//! Two variables that are for different things hold the same secret.
//!
//! One of them was pasted twice: a webhook endpoint then verifies with the secret of another and refuses
//! every event, or a key that signs sessions also signs something that strangers can ask for.
//!
//! ## Fix
//!
//! Give each variable the secret it is named after, and make new ones where the same was used for two
//! purposes:
//! ```sh
//! openssl rand -base64 32
//! ```
//!
//! ## References
//!
//! - <https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html>

use super::{at, conclude, key};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/same-secret-under-two-names",
    title: "two variables hold the same secret",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("same_secret_under_two_names.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let secrets: Vec<&Fact> = environments
        .facts
        .iter()
        .filter(|fact| fact.stage != Stage::Example && purpose(fact).is_some())
        .collect();
    let mut findings = Vec::new();
    for (number, fact) in secrets.iter().enumerate() {
        let other = secrets[..number].iter().find(|other| {
            other.class == fact.class && other.path == fact.path && purpose(other) != purpose(fact)
        });
        let Some(other) = other else { continue };
        findings.push(
            Finding::new(format!("{} and {} in {} hold the same secret", fact.name, other.name, fact.path))
                .at(at(fact))
                .at(at(other))
                .key(key(fact))
                .severity(if is_webhook(fact) { Severity::Medium } else { Severity::Low })
                .fix(format!("Give {} a secret of its own.", fact.name)),
        );
    }
    conclude(findings, environments)
}

fn is_webhook(fact: &Fact) -> bool {
    matches!(&fact.value, Value::Key { provider, .. } if provider == "webhook")
}

/// The words of a name that say what it is for. A key of a provider has one purpose, whatever it is
/// called; only signing secrets of webhooks and secrets of one's own must differ.
fn purpose(fact: &Fact) -> Option<Vec<String>> {
    const WORDS: &[&str] = &["VALUE", "STRING", "ENV", "WEBHOOK", "SIGNING", "WEBHOOKS"];
    let is_own = fact.value == Value::Opaque && fact.is_named_secret() && !is_shared(&fact.name);
    if !is_webhook(fact) && !is_own {
        return None;
    }
    Some(super::purpose(&fact.name, WORDS))
}

/// Names of one account that several tools spell in their own ways.
fn is_shared(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    [
        "POSTGRES",
        "PGPASS",
        "DB_",
        "DATABASE",
        "MYSQL",
        "SMTP",
        "MAIL",
        "REDIS",
        "AWS",
        "S3",
        "R2",
        "MINIO",
        "GOOGLE",
        "GEMINI",
        "GITHUB",
        "GH_",
        "AUTH_",
        "NEXTAUTH",
        "API_KEY",
        "ACCESS_KEY",
        "PASSWORD",
        "SUPABASE",
        "FIREBASE",
        "CLERK",
    ]
    .iter()
    .any(|word| name.contains(word))
}

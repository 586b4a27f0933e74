//! A secret has the prefix of variables that are bundled into the client.
//!
//! `NEXT_PUBLIC_`, `VITE_`, `EXPO_PUBLIC_` and their like tell the bundler to copy the value into the
//! code that every visitor downloads. A secret there is published with the next build.
//!
//! ## Fix
//!
//! Take the prefix away, use the variable on the server only, and replace the secret by a new one:
//! ```text
//! STRIPE_SECRET_KEY=…
//! ```
//!
//! ## References
//!
//! - <https://nextjs.org/docs/app/guides/environment-variables#bundling-environment-variables-for-the-browser>
//! - <https://vite.dev/guide/env-and-mode#env-variables>

use std::collections::BTreeSet;

use super::{at, conclude};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::client_prefix,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Environments, Fact, Stage, Use, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/public-prefix-on-secret",
    title: "a secret is bundled into the client",
    station: Station::Env,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("public_prefix_on_secret.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut findings = Vec::new();
    for fact in &environments.facts {
        let Some(prefix) = client_prefix(&fact.name) else { continue };
        // The role in a Supabase token has a check of its own.
        let found = match &fact.value {
            Value::SupabaseJwt { .. } => continue,
            _ if fact.is_surely_secret() => {
                Some((format!("is a secret: {}", fact.shown), Severity::Critical))
            }
            Value::Opaque if is_named(fact) => Some(("is a secret by its name".to_owned(), Severity::High)),
            Value::Placeholder | Value::Empty if is_named(fact) && fact.stage == Stage::Example => {
                Some(("asks for a secret by its name".to_owned(), Severity::Medium))
            }
            _ => None,
        };
        let Some((what, severity)) = found else { continue };
        findings.push(
            Finding::new(format!("{} in {} {what}, and {prefix} puts it into the client's code", fact.name, fact.path))
                .at(at(fact))
                .key(fact.name.clone())
                .severity(severity)
                .fix(format!("Take {prefix} away, use the variable on the server only, and replace the secret by a new one.")),
        );
    }
    let told: BTreeSet<String> = findings.iter().map(|finding: &Finding| finding.key.clone()).collect();
    findings.extend(read_by_code(environments, &told));
    findings.dedup_by(|one, other| one.key == other.key);
    conclude(findings, environments)
}

/// Variables that sources read, of which no file tells the value.
fn read_by_code(environments: &Environments, told: &BTreeSet<String>) -> Vec<Finding> {
    let mut met = BTreeSet::new();
    let uses = environments.code.uses.iter().filter(|one| {
        is_secret_name(&one.name)
            && !told.contains(&one.name)
            && client_prefix(&one.name).is_some()
            && met.insert(&one.name)
    });
    let finding = |one: &Use| {
        let prefix = client_prefix(&one.name).unwrap_or_default();
        Finding::new(format!("{} reads {}, a secret by its name, and {prefix} is for what browsers get", one.path, one.name))
            .at(Place::file(one.path.clone(), one.line))
            .key(one.name.clone())
            .severity(Severity::High)
            .confidence(Confidence::Medium)
            .fix(format!("Read it on the server only, without {prefix}, and replace the secret by a new one if it was ever set."))
    };
    uses.map(finding).collect()
}

/// Words that no public value has in its name. Many a public value is called token or key, but not
/// those of providers that bill for every request.
fn is_named(fact: &Fact) -> bool {
    is_secret_name(&fact.name)
}

fn is_secret_name(name: &str) -> bool {
    const PROVIDERS: &[&str] = &[
        "OPENAI",
        "ANTHROPIC",
        "SENDGRID",
        "RESEND",
        "MAILGUN",
        "TWILIO",
        "GROQ",
        "DEEPSEEK",
        "MISTRAL",
        "REPLICATE",
        "ELEVENLABS",
        "PERPLEXITY",
        "HUGGINGFACE",
        "GEMINI",
    ];
    let name = name.to_ascii_uppercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let is_public = says(&[
        "PUBLISHABLE",
        "ANON",
        "SITE_KEY",
        "SITEKEY",
        "EXPIR",
        "LENGTH",
        "_TTL",
        "_URL",
        "ENABLE",
        "SHOW",
        "RESET",
        "FORGOT",
        "MIN_",
        "MAX_",
    ]);
    let is_secret = says(&["SECRET", "SERVICE_ROLE", "PRIVATE_KEY", "PASSWORD", "ADMIN_KEY"])
        || says(PROVIDERS)
            && (name.ends_with("API_KEY") || name.ends_with("TOKEN") || name.ends_with("_KEY"));
    is_secret && !is_public
}

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

use super::{at, conclude};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::client_prefix,
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
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
    findings.dedup_by(|one, other| one.key == other.key);
    conclude(findings, environments)
}

/// Words that no public value has in its name. Many a public value is called token or key.
fn is_named(fact: &Fact) -> bool {
    let name = fact.name.to_ascii_uppercase();
    ["SECRET", "SERVICE_ROLE", "PRIVATE_KEY", "PASSWORD", "ADMIN_KEY"].iter().any(|word| name.contains(word))
        && fact.is_named_secret()
}

//! Production shares a secret with another environment.
//!
//! Who can read the development file, every developer and every tool on their machines, then holds
//! the key to production; and rotating one breaks the other.
//!
//! ## Fix
//!
//! Make a new secret for production, and keep the old one for development.
//!
//! ## References
//!
//! - <https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html>

use super::{at, conclude, key};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/same-secret-in-two-environments",
    title: "production shares a secret with another environment",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("same_secret_in_two_environments.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let facts = environments.facts.iter().filter(|fact| fact.is_secret());
    let (of_production, others): (Vec<&Fact>, Vec<&Fact>) =
        facts.partition(|fact| fact.stage == Stage::Production);
    let mut findings: Vec<Finding> = Vec::new();
    let mut told = std::collections::BTreeSet::new();
    for fact in of_production {
        let same = others.iter().find(|other| other.class == fact.class && is_elsewhere(other.stage));
        let Some(other) = same.filter(|_| told.insert(fact.class)) else { continue };
        findings.push(
            Finding::new(format!("{} has the same secret in {} and in {}", fact.name, fact.path, other.path))
                .at(at(fact))
                .at(at(other))
                .key(key(fact))
                .fix(format!("Make a secret of its own for production and put it into {} there.", fact.name)),
        );
    }
    conclude(findings, environments)
}

/// What `.env` holds is read in production too, where nothing overrides it.
fn is_elsewhere(stage: Stage) -> bool {
    matches!(stage, Stage::Development | Stage::Staging | Stage::Test | Stage::Example | Stage::Any)
}

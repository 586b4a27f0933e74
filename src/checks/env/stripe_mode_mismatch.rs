//! The Stripe keys of one file are of different modes.
//!
//! A publishable key of one mode and a secret key of the other never meet: tokens and payment intents
//! made by one do not exist for the other, and every checkout fails.
//!
//! ## Fix
//!
//! Take both keys from the same mode.
//!
//! ## References
//!
//! - <https://docs.stripe.com/keys#test-live-modes>

use super::{at, conclude, effective, key};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/stripe-mode-mismatch",
    title: "Stripe keys of one file are of different modes",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("stripe_mode_mismatch.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let keys: Vec<(&Fact, bool, bool)> = effective(environments)
        .into_iter()
        .filter(|fact| fact.stage != Stage::Example)
        .filter_map(|fact| match fact.value {
            // Names that say the mode keep both on purpose.
            Value::Stripe { secret, live } if !says_mode(&fact.name) => Some((fact, secret, live)),
            _ => None,
        })
        .collect();
    let mut findings: Vec<Finding> = Vec::new();
    for (publishable, secret, live) in &keys {
        let other = keys.iter().find(|(key, of_secret, of_live)| {
            key.path == publishable.path
                && key.stage == publishable.stage
                && *of_secret
                && !secret
                && of_live != live
        });
        let Some((other, ..)) = other else { continue };
        findings.push(
            Finding::new(format!(
                "{} and {} in {} are of different modes: {} and {}",
                publishable.name, other.name, publishable.path, publishable.shown, other.shown
            ))
            .at(at(publishable))
            .at(at(other))
            .key(key(publishable))
            .fix("Take both keys from the same mode."),
        );
    }
    conclude(findings, environments)
}

fn says_mode(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["TEST", "LIVE", "SANDBOX", "PROD", "DEV"].iter().any(|word| name.split('_').any(|part| part == *word))
}

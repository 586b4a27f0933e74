//! A live secret is configured for development or tests.
//!
//! A script that is tried out, a test run or a stolen laptop then acts on real customers and real
//! money.
//!
//! ## Fix
//!
//! Use the provider's test key there, and keep the live key in the production environment's secret
//! store.
//!
//! ## References
//!
//! - <https://docs.stripe.com/keys-best-practices>

use super::{at, conclude, key};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/live-key-in-development",
    title: "a live secret is configured for development",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("live_key_in_development.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let live = environments.facts.iter().filter_map(|fact| {
        let provider = match &fact.value {
            Value::Stripe { live: true, secret: true } => "Stripe",
            Value::Key { provider, live: Some(true), secret: true } => provider,
            _ => return None,
        };
        if !matches!(fact.stage, Stage::Development | Stage::Test) {
            return None;
        }
        Some(
            Finding::new(format!(
                "{} in {} is a live key of {provider} in a {} file: {}",
                fact.name,
                fact.path,
                fact.stage.words(),
                fact.shown
            ))
            .at(at(fact))
            .key(key(fact))
            .fix(format!("Use a test key of {provider} in {}.", fact.path)),
        )
    });
    conclude(live.collect(), environments)
}

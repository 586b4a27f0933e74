//! A publishable key and a secret key belong to different Stripe accounts.
//!
//! Stripe's keys begin with the id of their account. A payment that the browser starts with the key of
//! one account does not exist for the server that holds the key of another: every checkout fails, or
//! the money arrives at somebody else.
//!
//! ## Fix
//!
//! Copy both keys from the same account, and look up which one it is:
//! ```sh
//! curl https://api.stripe.com/v1/account -u "$STRIPE_SECRET_KEY:"
//! ```
//!
//! ## References
//!
//! - <https://docs.stripe.com/keys>
//! - <https://docs.stripe.com/get-started/account/multiple-accounts>

use super::{at, conclude, effective, key, purpose, same_deployment};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/stripe-account-mismatch",
    title: "Stripe keys of one environment are of different accounts",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("stripe_account_mismatch.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let keys: Vec<(&Fact, u32)> = effective(environments)
        .into_iter()
        .filter(|fact| fact.stage != Stage::Example)
        .filter_map(|fact| Some((fact, fact.account?)))
        .collect();
    let mut findings: Vec<Finding> = Vec::new();
    for (number, (fact, account)) in keys.iter().enumerate() {
        let other = keys[..number].iter().find(|(other, of)| {
            of != account
                && purpose(&other.name, WORDS) == purpose(&fact.name, WORDS)
                && same_deployment(other, fact)
        });
        let Some((other, _)) = other else { continue };
        findings.push(
            Finding::new(format!(
                "{} in {} and {} in {} are of different Stripe accounts: {} and {}",
                fact.name,
                fact.path,
                other.name,
                other.path,
                told(fact),
                told(other)
            ))
            .at(at(fact))
            .at(at(other))
            .key(key(fact))
            .confidence(if fact.path == other.path { Confidence::High } else { Confidence::Medium })
            .fix("Copy both keys from the same Stripe account."),
        );
    }
    conclude(findings, environments)
}

fn told(fact: &Fact) -> &str {
    if fact.value == Value::Text || fact.value == Value::Opaque { "acct_…" } else { &fact.shown }
}

/// A second account has a word of its own in its name, such as `CONNECT` or `UK`.
const WORDS: &[&str] = &[
    "APP",
    "STRIPE",
    "PUBLISHABLE",
    "PRIVATE",
    "API",
    "PK",
    "SK",
    "RESTRICTED",
    "TEST",
    "LIVE",
    "ACCOUNT",
    "ID",
    "CLIENT",
    "SERVER",
];

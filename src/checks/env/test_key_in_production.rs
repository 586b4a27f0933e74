//! A test key is configured for production.
//!
//! Payments made with a test key move no money, and mail or identity checks in a sandbox reach
//! nobody. Customers see a shop that works and nothing arrives.
//!
//! ## Fix
//!
//! Put the live key into the production environment:
//! ```text
//! STRIPE_SECRET_KEY=sk_live_…
//! ```
//!
//! ## References
//!
//! - <https://docs.stripe.com/keys#test-live-modes>

use super::{at, conclude, key, production};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/test-key-in-production",
    title: "a test key is configured for production",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("test_key_in_production.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let written =
        environments.facts.iter().filter(|fact| is_written_test_key(fact, environments)).map(|fact| {
            Finding::new(format!(
                "{} in {} is a test key of Stripe, written into the code: {}",
                fact.name, fact.path, fact.shown
            ))
            .at(at(fact))
            .key(key(fact))
            .severity(Severity::Medium)
            .confidence(Confidence::Medium)
            .fix("Read the key from the environment, and set the live one in production.")
        });
    let tests = production(environments).filter_map(|fact| {
        let (what, provider) = match &fact.value {
            Value::Stripe { live: false, .. } => ("a test key of Stripe", "Stripe"),
            Value::Key { provider, live: Some(false), .. } => ("a test key", provider.as_str()),
            Value::Mode { live: false } => ("the switch to a provider's sandbox", "the provider"),
            Value::Flag(true) if is_sandbox_switch(&fact.name) => {
                ("the switch to a provider's sandbox", "the provider")
            }
            Value::Url { host, .. } => ("the address of a sandbox", sandbox_of(host)?),
            _ => return None,
        };
        Some(
            Finding::new(format!("{} in {} is {what}: {}", fact.name, fact.path, fact.shown))
                .at(at(fact))
                .key(key(fact))
                .fix(format!("Set {} to what {provider} gives for live operation.", fact.name)),
        )
    });
    conclude(tests.chain(written).collect(), environments)
}

/// In a file that has a live key too, the code chooses.
fn is_written_test_key(fact: &Fact, environments: &Environments) -> bool {
    let is_key = |fact: &Fact, mode: bool| matches!(fact.value, Value::Stripe { live, .. } if live == mode);
    fact.code
        && is_key(fact, false)
        && !environments
            .facts
            .iter()
            .any(|other| other.code && other.path == fact.path && is_key(other, true))
}

fn is_sandbox_switch(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.ends_with("_SANDBOX") || name.ends_with("_USE_SANDBOX") || name.ends_with("_TEST_MODE")
}

/// The provider whose sandbox a host is.
fn sandbox_of(host: &str) -> Option<&'static str> {
    const HOSTS: &[(&str, &str)] = &[
        ("sandbox.paypal.com", "PayPal"),
        ("squareupsandbox.com", "Square"),
        ("sandbox-api.paddle.com", "Paddle"),
        ("sandbox-vendors.paddle.com", "Paddle"),
        ("sandbox.plaid.com", "Plaid"),
        ("test.adyen.com", "Adyen"),
        ("sandbox.braintreegateway.com", "Braintree"),
        ("sandbox.midtrans.com", "Midtrans"),
        ("sandbox.cashfree.com", "Cashfree"),
    ];
    HOSTS.iter().find(|(known, _)| super::is_below(host, known)).map(|(_, provider)| *provider)
}

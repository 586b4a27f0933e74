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
    seen::{Environments, Value},
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
    let tests = production(environments).filter_map(|fact| {
        let provider = match &fact.value {
            Value::Stripe { live: false, .. } => "Stripe",
            Value::Key { provider, live: Some(false), .. } => provider,
            _ => return None,
        };
        Some(
            Finding::new(format!(
                "{} in {} is a test key of {provider}: {}",
                fact.name, fact.path, fact.shown
            ))
            .at(at(fact))
            .key(key(fact))
            .fix(format!("Set {} to the live key of {provider} in production.", fact.name)),
        )
    });
    conclude(tests.collect(), environments)
}

//! A placeholder is configured for production.
//!
//! The value was copied from a template and never filled in: the feature behind it is broken, or
//! protected by a secret everybody knows.
//!
//! ## Fix
//!
//! Set the real value in the production environment.
//!
//! ## References
//!
//! - <https://12factor.net/config>

use super::{at, conclude, key, production};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/placeholder-in-production",
    title: "a placeholder is configured for production",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("placeholder_in_production.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let unfilled = production(environments).filter(|fact| fact.value == Value::Placeholder).map(|fact| {
        let severity = if fact.is_named_secret() { Severity::High } else { Severity::Medium };
        Finding::new(format!("{} in {} still holds a placeholder", fact.name, fact.path))
            .at(at(fact))
            .key(key(fact))
            .severity(severity)
            .fix(format!("Set {} to its real value in production.", fact.name))
    });
    conclude(unfilled.collect(), environments)
}

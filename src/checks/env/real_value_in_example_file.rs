//! An example file holds a real secret.
//!
//! Example files are committed and copied. A secret in one is published to everybody who sees the
//! repository, and stays in its history.
//!
//! ## Fix
//!
//! Replace the value by a placeholder and the secret by a new one:
//! ```text
//! STRIPE_SECRET_KEY=your-stripe-secret-key
//! ```
//!
//! ## References
//!
//! - <https://12factor.net/config>

use super::{at, conclude, key};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::host_is_local,
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/real-value-in-example-file",
    title: "an example file holds a real secret",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("real_value_in_example_file.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let real = environments.facts.iter().filter(|fact| fact.stage == Stage::Example && fact.is_secret());
    let findings = real.filter_map(|fact| {
        let (severity, confidence) = match &fact.value {
            // Development servers are started with well-known passwords.
            Value::Url { host, .. } if host_is_local(host) || !host.contains('.') => return None,
            Value::Stripe { live: false, .. } | Value::Key { live: Some(false), .. } => {
                (Severity::Medium, Confidence::High)
            }
            Value::Key { provider, .. } if provider == "webhook" => (Severity::Medium, Confidence::Medium),
            Value::Opaque => (Severity::Medium, Confidence::Low),
            _ => (Severity::High, Confidence::High),
        };
        Some(
            Finding::new(format!(
                "{} in the example file {} holds a real secret: {}",
                fact.name, fact.path, fact.shown
            ))
            .at(at(fact))
            .key(key(fact))
            .severity(severity)
            .confidence(confidence)
            .fix(format!(
                "Replace the value of {} by a placeholder, and the secret by a new one.",
                fact.name
            )),
        )
    });
    conclude(findings.collect(), environments)
}

//! Production runs with a flag that is meant for development.
//!
//! Debug pages show source and settings, switched-off TLS verification lets anybody in between, and
//! open registration of administrators is what it says.
//!
//! ## Fix
//!
//! Switch the flag off in production:
//! ```text
//! DEBUG=false
//! ```
//!
//! ## References
//!
//! - <https://owasp.org/Top10/A05_2021-Security_Misconfiguration/>

use super::{at, conclude, key, production};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::client_prefix,
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/dangerous-flag-in-production",
    title: "production runs with a development flag",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("dangerous_flag_in_production.rs"),
};

/// Names that must not be on, and how bad it is.
const ON: &[(&str, Severity)] = &[
    ("DEBUG", Severity::Medium),
    ("APP_DEBUG", Severity::High),
    ("DJANGO_DEBUG", Severity::High),
    ("FLASK_DEBUG", Severity::High),
    ("WP_DEBUG_DISPLAY", Severity::Medium),
    ("ENABLE_ADMIN_REGISTRATION", Severity::High),
    ("ALLOW_ADMIN_SIGNUP", Severity::High),
    ("DISABLE_AUTH", Severity::Critical),
    ("AUTH_DISABLED", Severity::Critical),
    ("SKIP_AUTH", Severity::Critical),
    ("BYPASS_AUTH", Severity::Critical),
    ("DISABLE_RATE_LIMIT", Severity::Medium),
    ("GRAPHQL_PLAYGROUND", Severity::Low),
    ("INSECURE_SKIP_VERIFY", Severity::High),
    ("ALLOW_INSECURE_HTTP", Severity::Medium),
    ("MOCK_PAYMENTS", Severity::High),
];

/// And names that must not be off.
const OFF: &[(&str, Severity)] = &[
    ("VERIFY_SSL", Severity::High),
    ("SSL_VERIFY", Severity::High),
    ("VERIFY_WEBHOOK_SIGNATURE", Severity::Critical),
    ("COOKIE_SECURE", Severity::Medium),
    ("SESSION_COOKIE_SECURE", Severity::Medium),
    ("CSRF_ENABLED", Severity::High),
];

/// Libraries of Google ask nothing but whether the variable is set.
fn emulator(name: &str, value: &Value) -> Option<&'static str> {
    let is_set = !matches!(value, Value::Empty | Value::Flag(false) | Value::Reference);
    if name.ends_with("_EMULATOR_HOST") && is_set {
        return Some("sends the product to an emulator instead of the real service");
    }
    let names = name.split('_').any(|word| matches!(word, "EMULATOR" | "EMULATORS"));
    (names && *value == Value::Flag(true)).then_some("switches the emulators on")
}

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let flags = production(environments).filter_map(|fact| {
        let name = fact.name.trim_start_matches(client_prefix(&fact.name).unwrap_or_default());
        if let Some(what) = emulator(name, &fact.value) {
            return Some(
                Finding::new(format!("{} in {} {what}", fact.name, fact.path))
                    .at(at(fact))
                    .key(key(fact))
                    .severity(Severity::High)
                    .fix(format!("Take {} out of production.", fact.name)),
            );
        }
        let list = match &fact.value {
            Value::Flag(true) => ON,
            Value::Flag(false) => OFF,
            _ => return None,
        };
        let (_, severity) = list.iter().find(|(flag, _)| *flag == name)?;
        Some(
            Finding::new(format!("{} is {} in {}", fact.name, fact.shown, fact.path))
                .at(at(fact))
                .key(key(fact))
                .severity(*severity)
                .fix(format!("Turn {} round in production.", fact.name)),
        )
    });
    conclude(flags.collect(), environments)
}

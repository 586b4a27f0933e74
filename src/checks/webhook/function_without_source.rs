//! `supabase/config.toml` has settings for a function that is not in the repository.
//!
//! What is called by that name is either gone, or deployed from a place that nobody reviews. For a webhook
//! it also means that its settings, `verify_jwt` among them, may be for a function that was renamed.
//!
//! ## Fix
//!
//! Remove the section, or give it the function's present name.

use super::place_of;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Backend,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/function-without-source",
    title: "a function is declared and has no source",
    station: Station::Webhook,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Backend(judge),
    source: include_str!("function_without_source.rs"),
};

fn judge(backend: &Backend, _context: &Context<'_>) -> Verdict {
    if !backend.path.ends_with("config.toml") {
        return Verdict::not_applicable(format!("{} declares no functions", backend.path));
    }
    let findings = backend.absent.iter().map(|spot| {
        let name = &spot.what;
        let events = ["hook", "stripe", "payment"].iter().any(|word| name.contains(word));
        Finding::new(format!(
            "{}:{}: the function `{name}` is declared and has no source",
            backend.path, spot.line
        ))
        .severity(if events { Severity::Medium } else { Severity::Low })
        .at(place_of(&backend.path, spot))
        .key(name.clone())
        .fix(format!("remove [functions.{name}], or give it the function's present name"))
    });
    Verdict::from_findings(findings.collect())
}

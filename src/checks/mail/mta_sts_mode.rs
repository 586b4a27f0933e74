//! The MTA-STS policy is only tested, switched off, or forgotten within a day.
//!
//! In `testing` senders report failures but deliver anyway; `none` withdraws the policy. A `max_age` under a day protects nobody, because an attacker has only to wait.
//!
//! ## Fix
//!
//! When the reports show no failures, enforce it for at least a week:
//! ```text
//! mode: enforce
//! max_age: 604800
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8461#section-5>

use super::{Early, policy_file};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mta-sts-mode",
    title: "an MTA-STS policy that enforces nothing",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mta_sts_mode.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let (url, policy) = policy_file(mail, context)?;
    let why = match (policy.mode.as_deref(), policy.max_age) {
        (Some("enforce"), Some(seconds)) if seconds < 86_400 => {
            format!("is kept for {seconds} seconds only")
        }
        (Some("enforce"), _) => return Ok(Verdict::Pass),
        (Some(mode @ ("testing" | "none")), _) => format!("is in mode {mode}"),
        _ => return Ok(Verdict::not_applicable("the policy has no valid mode")),
    };
    Ok(Verdict::fail(
        Finding::new(format!("the MTA-STS policy of {} {why}", context.subject))
            .at(Place::url(url))
            .fix("Set `mode: enforce` and `max_age: 604800` or more once the TLS reports show no failures."),
    ))
}

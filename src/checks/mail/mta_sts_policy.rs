//! The MTA-STS policy has a fault, so senders do not use it.
//!
//! Mail then goes over connections that anybody on the way can strip of their encryption, although the record says otherwise.
//!
//! ## Fix
//!
//! Publish version, mode, at least one mx and max_age, one a line:
//! ```text
//! version: STSv1
//! mode: enforce
//! mx: mail.example.com
//! max_age: 604800
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8461#section-3.2>

use super::{Early, policy_file};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mta-sts-policy",
    title: "a broken MTA-STS policy",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mta_sts_policy.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let (url, policy) = policy_file(mail, context)?;
    let Some(first) = policy.faults.first() else { return Ok(Verdict::Pass) };
    Ok(Verdict::fail(
        Finding::new(format!("the MTA-STS policy of {} is not valid: {first}", context.subject))
            .at(Place::url(url))
            .evidence("faults", policy.faults.join("; "))
            .fix("Write the policy as `version: STSv1`, `mode`, `mx` and `max_age`, one a line."),
    ))
}

//! A mail host of the domain is not covered by its own MTA-STS policy.
//!
//! With `mode: enforce` senders such as Gmail and Outlook refuse to deliver to that host. This usually happens when the mail provider was changed and the policy was not.
//!
//! ## Fix
//!
//! Add the host to the policy, then change the `id` of the record so that senders fetch it again:
//! ```text
//! mx: aspmx.l.google.com
//! mx: *.aspmx.l.google.com
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8461#section-4.1>

use super::{Early, hosts, policy_file};
use crate::{
    checks::{Check, Context, Judge},
    engine::mta_sts::covers,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mta-sts-mx",
    title: "the MTA-STS policy leaves out a mail host",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mta_sts_mx.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let (url, policy) = policy_file(mail, context)?;
    if policy.mx.is_empty() {
        return Ok(Verdict::not_applicable("the policy names no mail host"));
    }
    let severity = match policy.mode.as_deref() {
        Some("enforce") => Severity::Critical,
        Some("testing") => Severity::Medium,
        _ => return Ok(Verdict::not_applicable("the policy asks for nothing")),
    };
    let absent: Vec<String> = hosts(mail, context)?
        .into_iter()
        .map(|mx| mx.host)
        .filter(|host| !policy.mx.iter().any(|pattern| covers(pattern, host)))
        .collect();
    if absent.is_empty() {
        return Ok(Verdict::Pass);
    }
    let lines = format!("mx: {}\n", absent.join("\nmx: "));
    let mode = policy.mode.as_deref().unwrap_or_default();
    Ok(Verdict::fail(
        Finding::new(format!(
            "the MTA-STS policy of {} (mode {mode}) does not cover its mail host {}",
            context.subject,
            absent.join(", ")
        ))
        .at(Place::url(url))
        .severity(severity)
        .evidence("patterns", policy.mx.join(", "))
        .fix("Add each mail host to the policy and change the id of the _mta-sts record.")
        .patch(Patch::Snippet { language: "text".to_owned(), text: lines }),
    ))
}

//! The domain has no MX record.
//!
//! Mail to it, such as replies, bounces and `abuse@`, is tried at the address of the web server, where usually nobody listens.
//!
//! ## Fix
//!
//! Publish the MX records of your mailbox provider; if the domain shall receive no mail, say so:
//! ```text
//! example.com. MX 0 .
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5321#section-5.1>
//! - <https://www.rfc-editor.org/rfc/rfc7505>

use super::{Early, mx, uses};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mx-missing",
    title: "no MX record",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mx_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    if !mx(mail, context)?.is_empty() {
        return Ok(Verdict::Pass);
    }
    let uses = uses(mail, context)?;
    if !uses.receives && (uses.declared || uses.refuses || !uses.sends) {
        return Ok(Verdict::not_applicable(format!("{domain} does not receive mail")));
    }
    let severity = if uses.receives { Severity::High } else { Severity::Low };
    Ok(Verdict::fail(
        Finding::new(if uses.receives {
            format!("{domain} has no MX record")
        } else {
            format!("{domain} sends mail but has no MX record, so replies and bounces go nowhere")
        })
        .at(Place::dns(domain, "MX"))
        .severity(severity)
        .fix(format!(
            "Publish the MX records of your mailbox provider at {domain}, or `0 .` if it shall receive none."
        )),
    ))
}

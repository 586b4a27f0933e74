//! A null MX stands beside other MX records, has a preference, or contradicts what the domain is for.
//!
//! `MX 0 .` says that the domain receives no mail. Beside others, senders differ in what they do: some bounce everything.
//!
//! ## Fix
//!
//! Keep either the null MX alone or the mail hosts:
//! ```text
//! example.com. MX 0 .
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7505#section-3>

use super::{Early, mx, uses};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mx-null",
    title: "a null MX that is not alone",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mx_null.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let records = mx(mail, context)?;
    let Some(null) = records.iter().find(|mx| mx.host == ".") else {
        return if records.is_empty() {
            Ok(Verdict::not_applicable(format!("{domain} has no MX record")))
        } else {
            Ok(Verdict::Pass)
        };
    };
    let declared = uses(mail, context)?;
    let message = if records.len() > 1 {
        format!("{domain} has a null MX beside {} other MX records", records.len() - 1)
    } else if declared.declared && declared.receives {
        format!("{domain} is declared to receive mail but has a null MX, so all mail to it is refused")
    } else if null.preference != 0 {
        format!("the null MX of {domain} has the preference {} in place of 0", null.preference)
    } else {
        return Ok(Verdict::Pass);
    };
    let hosts =
        records.iter().filter(|mx| mx.host != ".").map(|mx| format!("{} {}.", mx.preference, mx.host));
    let values: Vec<String> = if records.len() > 1 { hosts.collect() } else { vec!["0 .".to_owned()] };
    let severity = if records.len() == 1 && !declared.receives { Severity::Low } else { Severity::High };
    Ok(Verdict::fail(
        Finding::new(message)
            .at(Place::dns(domain, "MX"))
            .severity(severity)
            .fix("Keep either the null MX alone, with preference 0, or the mail hosts.")
            .patch(Patch::Dns { name: domain.to_owned(), record: "MX".to_owned(), values }),
    ))
}

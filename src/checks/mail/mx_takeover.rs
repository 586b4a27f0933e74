//! The domain of a mail host does not exist.
//!
//! Whoever registers it receives your mail, with every password reset in it.
//!
//! ## Fix
//!
//! Remove the MX record at once.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5321#section-5.1>
//! - <https://cwe.mitre.org/data/definitions/350.html>

use super::{Early, conclude, for_sale, hosts, mx_without};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mx-takeover",
    title: "a mail host's domain can be registered by anybody",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mx_takeover.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (mut findings, mut missed) = (Vec::new(), None);
    let all = hosts(mail, context)?;
    for mx in &all {
        if mx.host.parse::<std::net::IpAddr>().is_ok() {
            continue;
        }
        if let Err(miss) = mail.answers.addresses(&mx.host) {
            missed = missed.or(Some(miss.clone()));
        }
        if let Some(owner) = for_sale(mail, &mx.host) {
            findings.push(
                Finding::new(format!(
                    "the mail host {} of {domain} lies in {owner}, which nobody has registered",
                    mx.host
                ))
                .at(Place::dns(domain, "MX"))
                .key(mx.host.as_str())
                .root("mx-host")
                .fix(format!(
                    "Remove the MX record for {} now: whoever registers {owner} receives your mail.",
                    mx.host
                ))
                .patch(mx_without(domain, &all, &mx.host)),
            );
        }
    }
    Ok(conclude(findings, missed))
}

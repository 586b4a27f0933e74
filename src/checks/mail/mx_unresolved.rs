//! A mail host named by MX has no address.
//!
//! If it is the only one, no mail arrives; if there are others, each mail that tries it first is late.
//!
//! ## Fix
//!
//! Remove the MX record, correct its name, or publish the host's address.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5321#section-5.1>

use super::{Early, Mx, conclude, for_sale, hosts, mx_without};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::{End, chain},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mx-unresolved",
    title: "a mail host without an address",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mx_unresolved.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let hosts = hosts(mail, context)?;
    let (mut dead, mut missed) = (Vec::new(), None);
    for mx in hosts.iter().filter(|mx| mx.host.parse::<std::net::IpAddr>().is_err()) {
        match mail.answers.addresses(&mx.host) {
            Ok(addresses) if addresses.is_empty() && !is_loop(mail, &mx.host) => dead.push(mx),
            Ok(_) => {}
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    let severity = if dead.len() == hosts.len() { Severity::Critical } else { Severity::High };
    // Whoever may register the host's domain is the worse fault of the two.
    let (sold, dead): (Vec<&Mx>, Vec<&Mx>) =
        dead.into_iter().partition(|mx| for_sale(mail, &mx.host).is_some());
    if dead.is_empty() && missed.is_none() && !sold.is_empty() {
        let why = format!("the domain of {} is free: see mail/mx-takeover", sold[0].host);
        return Ok(Verdict::not_applicable(why));
    }
    let findings = dead.into_iter().map(|mx| {
        Finding::new(format!("the mail host {} of {domain} has no address", mx.host))
            .at(Place::dns(domain, "MX"))
            .key(mx.host.as_str())
            .severity(severity)
            .root("mx-host")
            .fix(format!("Remove the MX record for {}, correct its name, or publish its address.", mx.host))
            .patch(mx_without(domain, &hosts, &mx.host))
    });
    Ok(conclude(findings.collect(), missed))
}

/// A circle of aliases is said by another check.
fn is_loop(mail: &Mail, host: &str) -> bool {
    matches!(chain(host, &mail.answers).end, End::Loop)
}

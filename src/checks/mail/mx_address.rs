//! An MX record contains an IP address, or its host has a private one.
//!
//! MX takes host names only: an address there is looked up as a name, is not found, and mail is not delivered.
//!
//! ## Fix
//!
//! Publish a name with an A record and put the name into the MX record:
//! ```text
//! example.com.      MX 10 mail.example.com.
//! mail.example.com. A  192.0.2.10
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5321#section-5.1>

use super::{Early, conclude, hosts};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::unreachable,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mx-address",
    title: "an MX record with an address in place of a name",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mx_address.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (mut findings, mut missed) = (Vec::new(), None);
    for mx in hosts(mail, context)? {
        if mx.host.parse::<std::net::IpAddr>().is_ok() {
            findings.push(
                Finding::new(format!(
                    "the MX record of {domain} contains the address {} in place of a name",
                    mx.host
                ))
                .at(Place::dns(domain, "MX"))
                .key(mx.host.as_str())
                .fix(format!(
                    "Publish a name with the address {} (`mail.{domain}. A {0}`), and write that name into the MX record: `{domain}. MX {} mail.{domain}.`",
                    mx.host, mx.preference
                )),
            );
            continue;
        }
        missed = missed.or(mail.answers.unanswered(&mx.host).cloned());
        match mail.answers.addresses(&mx.host) {
            Ok(addresses) => findings.extend(addresses.into_iter().filter_map(|address| {
                let what = unreachable(address)?;
                Some(
                    Finding::new(format!("the mail host {} of {domain} has {address}, {what}", mx.host))
                        .at(Place::dns(&mx.host, if address.is_ipv4() { "A" } else { "AAAA" }))
                        .key(format!("{} {address}", mx.host))
                        .fix(format!("Publish the public address of {}.", mx.host)),
                )
            })),
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    Ok(conclude(findings, missed))
}

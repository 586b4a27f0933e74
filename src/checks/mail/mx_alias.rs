//! A mail host named by MX is an alias.
//!
//! RFC 2181 forbids it; some senders refuse to deliver, and DANE and MTA-STS see another name than you wrote.
//!
//! ## Fix
//!
//! Name the host that the alias leads to.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc2181#section-10.3>
//! - <https://www.rfc-editor.org/rfc/rfc5321#section-5.1>

use super::{Early, conclude, hosts};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::{End, chain},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mx-alias",
    title: "a mail host is a CNAME",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mx_alias.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (mut findings, mut missed) = (Vec::new(), None);
    for mx in hosts(mail, context)?.iter().filter(|mx| mx.host.parse::<std::net::IpAddr>().is_err()) {
        let chain = chain(&mx.host, &mail.answers);
        if chain.is_alias() {
            findings.push(
                Finding::new(format!("the mail host {} of {domain} is a CNAME to {}", mx.host, chain.last()))
                    .at(Place::dns(&mx.host, "CNAME"))
                    .key(mx.host.as_str())
                    .evidence("chain", chain.shown())
                    .fix(format!("Write {} in the MX record of {domain}.", chain.last())),
            );
        } else if let End::Missed(miss) = chain.end {
            missed = missed.or(Some(miss));
        }
    }
    Ok(conclude(findings, missed))
}

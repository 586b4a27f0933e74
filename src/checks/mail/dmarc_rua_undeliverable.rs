//! DMARC reports go to an address of your own that cannot receive mail.
//!
//! The domain in the address has no mail host, so every report bounces and nobody sees what fails.
//!
//! ## Fix
//!
//! Name a mailbox that exists, at a domain with MX records:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.net"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9990>
//! - <https://www.rfc-editor.org/rfc/rfc5321#section-5.1>

use super::{Early, conclude, dmarc_record};
use crate::{
    checks::{Check, Context, Judge},
    engine::{dmarc::reporting_hosts, name::is_within},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-rua-undeliverable",
    title: "DMARC reports go where no mail arrives",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_rua_undeliverable.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let found = dmarc_record(mail, context)?;
    let own = reporting_hosts(&found.record.rua).into_iter().filter(|host| is_within(host, &found.domain));
    let own: Vec<String> =
        own.filter(|host| host == context.subject || found.domain == context.subject).collect();
    if own.is_empty() {
        return Ok(Verdict::not_applicable("no report goes to an address of the domain itself"));
    }
    let (mut findings, mut missed) = (Vec::new(), None);
    for host in own {
        match mail.answers.get(&host, Rr::Mx) {
            Ok(hosts) if hosts.iter().any(|mx| !mx.ends_with(" .")) => {}
            Ok(hosts) => {
                let why = if hosts.is_empty() { "has no MX record" } else { "refuses all mail (null MX)" };
                findings.push(
                    Finding::new(format!("DMARC reports go to an address at {host}, which {why}"))
                        .at(Place::dns(format!("_dmarc.{}", found.domain), "TXT"))
                        .key(host.as_str())
                        .root("dmarc-rua")
                        .evidence("record", found.text.as_str())
                        .fix("Name an address in `rua=` where mail arrives."),
                );
            }
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    Ok(conclude(findings, missed))
}

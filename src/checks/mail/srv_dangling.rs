//! A service record names a host that does not exist.
//!
//! Programs that look for the mailbox or telephone service of the domain are sent there. If anybody can register the host's domain, they can be sent to a stranger, with the password that they try first.
//!
//! ## Fix
//!
//! Remove the record if the service is gone:
//! ```text
//! _autodiscover._tcp.example.com. SRV (remove)
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc2782>
//! - <https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/02-Configuration_and_Deployment_Management_Testing/10-Test_for_Subdomain_Takeover>

use super::{conclude, is_free};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::{End, chain, purchasable},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/srv-dangling",
    title: "a service record that leads nowhere",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("srv_dangling.rs"),
};

const SERVICES: [&str; 2] = ["_autodiscover._tcp", "_sipfederationtls._tcp"];

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    let (mut findings, mut missed) = (Vec::new(), None);
    for service in SERVICES {
        let name = format!("{service}.{}", context.subject);
        let records = match mail.answers.get(&name, Rr::Srv) {
            Ok(records) => records,
            Err(miss) => {
                missed = missed.or(Some(miss.clone()));
                continue;
            }
        };
        for target in
            records.iter().filter_map(|record| record.rsplit(' ').next()).filter(|target| *target != ".")
        {
            let chain = chain(target, &mail.answers);
            match &chain.end {
                End::NoName => findings.push(gone(mail, &name, target, chain.last())),
                End::Missed(miss) => missed = missed.or(Some(miss.clone())),
                _ => {}
            }
        }
    }
    conclude(findings, missed)
}

fn gone(mail: &Mail, name: &str, target: &str, end: &str) -> Finding {
    let free = purchasable(end).filter(|owner| is_free(mail, owner));
    let (message, severity) = match &free {
        Some(owner) => (format!("{name} names {target}, and nobody has registered {owner}"), Severity::High),
        None => (format!("{name} names {target}, which does not exist"), Severity::Medium),
    };
    Finding::new(message)
        .at(Place::dns(name, "SRV"))
        .key(format!("{name} {target}"))
        .severity(severity)
        .fix(format!("Remove the SRV record at {name}."))
        .patch(Patch::DnsRemove { name: name.to_owned(), record: "SRV".to_owned() })
}

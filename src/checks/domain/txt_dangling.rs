//! A TXT record names a domain that nobody has registered.
//!
//! Whoever registers it owns what the record hands over: a mailbox for security reports, a verification, the host of a URL. Only the hosts of URLs and of mail addresses are looked at, because other text that looks like a domain often is none.
//!
//! ## Fix
//!
//! Remove the record, or name a domain that is yours:
//! ```text
//! example.com. TXT "contact=security@example.com"
//! ```
//!
//! ## References
//!
//! - <https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/02-Configuration_and_Deployment_Management_Testing/10-Test_for_Subdomain_Takeover>

use super::{Early, alive, conclude, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::{mentioned, purchasable},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Answer, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/txt-dangling",
    title: "a TXT record names a domain that nobody has",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("txt_dangling.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let (mut findings, mut missed) = (Vec::new(), None);
    for host in mentioned(domain, get(zone, domain, Rr::Txt)?) {
        let Some(owner) = purchasable(&host) else { continue };
        match zone.answers.answer(&owner, Rr::Soa) {
            Ok(Answer::NoName) => findings.push(
                Finding::new(format!(
                    "a TXT record of {domain} names {host}, and nobody has registered {owner}"
                ))
                .at(Place::dns(domain, "TXT"))
                .key(host.as_str())
                .fix(format!("Remove the record that names {host}, or register {owner} yourself.")),
            ),
            Ok(_) => {}
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    Ok(conclude(findings, missed))
}

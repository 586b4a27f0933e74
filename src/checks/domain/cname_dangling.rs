//! A CNAME leads to a name that does not exist.
//!
//! The name does not work, and worse: where the target can be claimed (a free domain, or a resource name at a cloud provider), whoever claims it serves content under your name, reads its cookies and gets certificates for it.
//!
//! ## Fix
//!
//! Remove the CNAME, or create the resource that it names again:
//! ```text
//! www.example.com. CNAME (remove)
//! ```
//!
//! ## References
//!
//! - <https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/02-Configuration_and_Deployment_Management_Testing/10-Test_for_Subdomain_Takeover>
//! - <https://learn.microsoft.com/azure/security/fundamentals/subdomain-takeover>

use super::{conclude, followed};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        name::{Chain, End, chain, purchasable},
        takeover,
    },
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Answer, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/cname-dangling",
    title: "a CNAME leads to a name that does not exist",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("cname_dangling.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    let domain = context.subject;
    let (mut findings, mut missed) = (Vec::new(), None);
    for name in followed(zone, domain) {
        let chain = chain(&name, &zone.answers);
        match &chain.end {
            End::NoName if chain.is_alias() => findings.push(dangling(zone, &name, &chain)),
            End::Missed(miss) => missed = missed.or(Some(miss.clone())),
            _ => {}
        }
    }
    conclude(findings, missed)
}

fn dangling(zone: &Zone, name: &str, chain: &Chain) -> Finding {
    let target = chain.last();
    let owner = purchasable(target);
    let free =
        owner.as_ref().filter(|owner| matches!(zone.answers.answer(owner, Rr::Soa), Ok(Answer::NoName)));
    let (message, severity) = if let Some(owner) = free {
        (format!("{name} is a CNAME to {target}, and nobody has registered {owner}"), Severity::Critical)
    } else if let Some(service) = takeover::service(target).filter(|service| service.nxdomain) {
        (
            format!(
                "{name} is a CNAME to {target}, which does not exist and which anybody can claim at {}",
                service.name
            ),
            Severity::Critical,
        )
    } else {
        (format!("{name} is a CNAME to {target}, which does not exist"), Severity::High)
    };
    Finding::new(message)
        .at(Place::dns(name, "CNAME"))
        .key(name)
        .severity(severity)
        .evidence("chain", chain.shown())
        .fix(format!("Remove the CNAME at {name}, or create {target} again."))
        .patch(Patch::DnsRemove { name: name.to_owned(), record: "CNAME".to_owned() })
}

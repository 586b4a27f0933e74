//! The domain of a name server does not exist.
//!
//! Whoever registers it answers for your zone: they can read your mail, issue certificates and serve your site.
//!
//! ## Fix
//!
//! Remove the name server at the registrar and at the apex at once, then look for other records of the old provider.
//!
//! ## References
//!
//! - <https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/02-Configuration_and_Deployment_Management_Testing/10-Test_for_Subdomain_Takeover>

use super::{Early, conclude, ns_without, servers};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::purchasable,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Answer, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-takeover",
    title: "a name server's domain can be registered by anybody",
    station: Station::Domain,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("ns_takeover.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let (name, servers) = servers(zone, context)?;
    let (mut findings, mut missed) = (Vec::new(), None);
    for server in servers.iter().filter(|server| zone.answers.is_no_name(server)) {
        let Some(owner) = purchasable(server) else { continue };
        match zone.answers.answer(&owner, Rr::Soa) {
            Ok(Answer::NoName) => findings.push(
                Finding::new(format!("the name server {server} of {name} lies in {owner}, which nobody has registered"))
                    .at(Place::dns(&name, "NS"))
                    .key(server.as_str())
                    .root("ns-host")
                    .fix(format!("Remove {server} at the registrar and at the apex now; until then whoever registers {owner} controls {name}."))
                    .patch(ns_without(&name, servers, server)),
            ),
            Ok(_) => {}
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    let unknown = servers.iter().find_map(|server| zone.answers.addresses(server).err());
    Ok(conclude(findings, missed.or(unknown.cloned())))
}

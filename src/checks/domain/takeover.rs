//! A name of the domain leads to a hosting service that does not know it any more.
//!
//! The service answers with its page for names nobody has claimed. Whoever claims the name there serves content under your domain, reads its cookies and gets certificates for it. One request over plain http is made for each such name.
//!
//! ## Fix
//!
//! Claim the name at the service again, or remove the record:
//! ```text
//! www.example.com. CNAME (remove)
//! ```
//!
//! ## References
//!
//! - <https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/02-Configuration_and_Deployment_Management_Testing/10-Test_for_Subdomain_Takeover>
//! - <https://developer.mozilla.org/docs/Web/Security/Attacks/Subdomain_takeover>

use super::{conclude, followed};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        name::{End, chain},
        takeover,
    },
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Miss, Seen, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/takeover",
    title: "a name that somebody else can claim",
    station: Station::Domain,
    severity: Severity::Critical,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("takeover.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    let (mut findings, mut missed) = (Vec::new(), None);
    for name in followed(zone, context.subject) {
        let chain = chain(&name, &zone.answers);
        if let End::Missed(miss) = &chain.end {
            missed = missed.or(Some(miss.clone()));
        }
        match zone.hosted.get(&name) {
            // Nobody listens, so no service's page is there either.
            None | Some(Seen::Missed(Miss::Refused(_))) => {}
            Some(Seen::Missed(miss)) => missed = missed.or(Some(miss.clone())),
            Some(Seen::Got(hosted)) if hosted.unclaimed => {
                let Some(service) = takeover::by_id(&hosted.service) else { continue };
                findings.push(
                    Finding::new(format!(
                        "{name} leads to {}, which answers that nobody has claimed it",
                        service.name
                    ))
                    .at(Place::dns(&name, "CNAME"))
                    .key(name.as_str())
                    .confidence(service.confidence)
                    .evidence("chain", chain.shown())
                    .evidence("status", hosted.status.to_string())
                    .fix(format!("Claim {name} at {}, or remove its CNAME.", service.name))
                    .patch(Patch::DnsRemove { name, record: "CNAME".to_owned() }),
                );
            }
            Some(Seen::Got(_)) => {}
        }
    }
    conclude(findings, missed)
}

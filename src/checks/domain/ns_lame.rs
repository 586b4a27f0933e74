//! A name server of the domain does not answer for it (a lame delegation).
//!
//! Resolvers that pick it wait or fail, so the site and its mail are down for some visitors and not for others. Where the server belongs to a DNS provider at which anybody can open an account, a stranger may even be able to create the zone there.
//!
//! ## Fix
//!
//! Load the zone on the server, or remove the server from the NS records and at the registrar.
//! Ask it yourself; the answer must carry the flag `aa`:
//! ```text
//! dig @ns2.example.net example.com SOA +norecurse
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1912#section-2.8>
//! - <https://www.rfc-editor.org/rfc/rfc9499#section-7>

use super::{Early, asked};
use crate::{
    checks::{Check, Context, Judge},
    engine::takeover,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Delegation, Server},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/ns-lame",
    title: "a name server that does not serve the zone",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Delegation(judge),
    source: include_str!("ns_lame.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let servers = asked(delegation)?;
    let findings: Vec<Finding> =
        servers.iter().filter(|server| !server.serves()).map(|server| lame(delegation, server)).collect();
    // That nobody serves the zone is certain only where each of them said so.
    let silent = servers.iter().find(|server| server.reply().is_none());
    match silent.and_then(|server| server.udp.as_ref().err()) {
        Some(miss) if !servers.iter().any(Server::serves) => Ok(Verdict::inconclusive(miss.clone())),
        _ => Ok(Verdict::from_findings(findings)),
    }
}

fn lame(delegation: &Delegation, server: &Server) -> Finding {
    let zone = &delegation.zone;
    let (what, confidence) = match server.reply() {
        None => ("does not answer, while its sisters do".to_owned(), Confidence::Medium),
        Some(reply) if reply.code == "NOERROR" => {
            ("answers without authority: it does not have the zone".to_owned(), Confidence::High)
        }
        Some(reply) => (format!("answers {}", reply.code), Confidence::High),
    };
    // Where no server has the zone, the first account that creates it at the host gets it.
    let nobody = delegation.servers.iter().all(|server| server.reply().is_some() && !server.serves());
    if let Some(host) = takeover::dns_host(&server.name).filter(|_| nobody) {
        let free = format!("{what}: anybody with an account at {} may create {zone} there", host.name);
        return Finding::new(format!("the name server {} of {zone} {free}", server.shown()))
            .at(Place::dns(zone, "NS"))
            .key(server.shown())
            .severity(Severity::Critical)
            .confidence(Confidence::Medium)
            .fix(format!("Create the zone {zone} at {}, or remove the delegation now.", host.name));
    }
    Finding::new(format!("the name server {} of {zone} {what}", server.shown()))
        .at(Place::dns(zone, "NS"))
        .key(server.shown())
        .confidence(confidence)
        .fix(format!(
            "Load {zone} on {}, or remove it from the NS records and at the registrar.",
            server.name
        ))
}

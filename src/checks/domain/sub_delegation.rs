//! A name below the domain is delegated to servers that do not have its zone.
//!
//! The zone was deleted at its host and the NS records stayed. Where the host lets any customer create a zone of that name, whoever does owns the name and everything below it: content under your domain, its cookies, certificates for it, mail from it. Asked only for names that no resolver could look up.
//!
//! ## Fix
//!
//! Remove the NS records, or create the zone again at the host:
//! ```text
//! app.example.com. NS (remove)
//! ```
//!
//! ## References
//!
//! - <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/protection-from-dangling-dns.html>
//! - <https://www.rfc-editor.org/rfc/rfc1912#section-2.8>

use super::conclude;
use crate::{
    checks::{Check, Context, Judge},
    engine::name::matches,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Cut, Delegation, Host, Miss, Seen},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/sub-delegation",
    title: "a delegation below the domain that nobody serves",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("sub_delegation.rs"),
};

/// Name servers that all customers share, at which whoever comes first may create a zone of any name: known
/// of DigitalOcean (<https://www.digitalocean.com/community/questions/what-prevents-another-user-from-using-my-domain-name>).
/// Hosts that give each zone servers of its own (Azure, Google) make it hard, Route 53 refuses it
/// while the old delegation stands; what others do is not documented, so nothing is said of them.
const OPEN: [&str; 1] = ["ns[1-3].digitalocean.com"];

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    if !delegation.servers.iter().any(crate::seen::Server::serves) {
        let why = format!("no name server of {} answered", delegation.zone);
        return Verdict::inconclusive(Miss::Denied(why));
    }
    let (mut findings, mut missed) = (Vec::new(), None);
    for (zone, cut) in &delegation.cuts {
        match cut.as_ref().map_err(Clone::clone).and_then(|cut| finding(zone, cut)) {
            Ok(found) => findings.extend(found),
            Err(miss) => missed = missed.or(Some(miss)),
        }
    }
    conclude(findings, missed)
}

fn finding(zone: &str, cut: &Cut) -> Result<Option<Finding>, Miss> {
    let known = |host: &Seen<Host>| host.got().cloned();
    let free = cut.servers.iter().find_map(|(server, host)| match known(host) {
        Some(Host::Unregistered(owner)) => Some((server, owner)),
        _ => None,
    });
    let base = |message: String| {
        let servers: Vec<&str> = cut.servers.keys().map(String::as_str).collect();
        Finding::new(message)
            .at(Place::dns(zone, "NS"))
            .key(zone)
            .evidence("servers", servers.join(", "))
            .fix(format!("Remove the NS records of {zone}, or create the zone again where they point."))
            .patch(Patch::DnsRemove { name: zone.to_owned(), record: "NS".to_owned() })
    };
    if let Some((server, owner)) = free {
        let message = format!("{zone} is delegated to {server}, and nobody has registered {owner}");
        return Ok(Some(base(message).severity(Severity::Critical)));
    }
    if cut.servers.values().any(|host| known(host) == Some(Host::Serves)) {
        return Ok(None);
    }
    if let Some(miss) = cut.servers.values().find_map(|host| host.as_ref().err()) {
        return Err(miss.clone());
    }
    let open = cut.servers.keys().find(|server| OPEN.iter().any(|pattern| matches(pattern, server)));
    Ok(Some(match open {
        Some(server) => base(format!(
            "{zone} is delegated to {server} and its fellows, which do not have it, and any customer there may create it"
        ))
        .severity(Severity::Critical)
        .confidence(Confidence::Medium),
        None => base(format!("{zone} is delegated to servers that do not have it")),
    }))
}

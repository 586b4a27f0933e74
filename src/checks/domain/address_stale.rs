//! An address of the domain belongs to a machine in a cloud, and what answers there is not yours, or nothing does.
//!
//! A cloud gives an address that one customer lets go to the next one. An A record that was left behind hands your visitors, and certificates for your name, to whoever that is. A machine that is merely off looks the same, so this is a hint and no more. A machine is taken for a rented one by its reverse name.
//!
//! ## Fix
//!
//! Remove the record if the machine is gone, or reserve the address:
//! ```text
//! example.com. A 192.0.2.10 (remove)
//! ```
//!
//! ## References
//!
//! - <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html>
//! - <https://datatracker.ietf.org/doc/html/rfc1912#section-2.1>

use std::net::IpAddr;

use super::{Early, alive, conclude};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        name::{is_within, matches, registrable},
        spf,
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss, Rr, Seen, Sight, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/address-stale",
    title: "an address in a cloud that may be somebody else's",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::Low,
    judge: Judge::Zone(judge),
    source: include_str!("address_stale.rs"),
};

/// Reverse names that a cloud gives to the machines it rents out.
const RENTED: [(&str, &str); 6] = [
    ("ec2-*.amazonaws.com", "Amazon EC2"),
    ("*.bc.googleusercontent.com", "Google Compute Engine"),
    ("*.cloudapp.azure.com", "Azure"),
    ("*.ip.linodeusercontent.com", "Linode"),
    ("*.vultrusercontent.com", "Vultr"),
    ("static.*.clients.your-server.de", "Hetzner"),
];
const PORT: u16 = 443;

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let addresses = zone.answers.addresses(domain).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    let Some(endpoint) = context.seen.endpoints.get(&format!("{domain}:{PORT}")) else {
        let why = format!("nobody looked who answers at {domain}: that is asked with the station tls");
        return Ok(Verdict::not_applicable(why));
    };
    let (mut findings, mut missed) = (Vec::new(), None);
    for address in addresses.iter().filter(|address| address.is_ipv4()) {
        let met = match met(endpoint, *address, domain) {
            Ok(Some(met)) => met,
            Ok(None) => continue,
            Err(miss) => {
                missed = missed.or(Some(miss));
                continue;
            }
        };
        match zone.answers.get(&spf::reverse(*address), Rr::Ptr) {
            Ok(names) => findings.extend(names.iter().find_map(|name| finding(domain, *address, &met, name))),
            Err(miss) => missed = missed.or_else(|| Some(miss.clone())),
        }
    }
    Ok(conclude(findings, missed))
}

fn finding(domain: &str, address: IpAddr, met: &str, name: &str) -> Option<Finding> {
    let (_, cloud) = RENTED.iter().find(|(pattern, _)| matches(pattern, name))?;
    Some(
        Finding::new(format!("{domain} points to {address}, a machine at {cloud}, where {met}"))
            .at(Place::dns(domain, "A"))
            .key(address.to_string())
            .evidence("reverse name", name)
            .fix(format!("Remove the A record {address} of {domain} if that machine is not yours any more.")),
    )
}

/// What is odd about whoever answers at an address; none where nothing is.
fn met(endpoint: &Seen<Endpoint>, address: IpAddr, domain: &str) -> Result<Option<String>, Miss> {
    let nothing = || Ok(Some(format!("nothing answers on port {PORT}")));
    let endpoint = match endpoint.as_ref() {
        Ok(endpoint) => endpoint,
        Err(Miss::Timeout(_) | Miss::Refused(_)) => return nothing(),
        Err(miss) => return Err(miss.clone()),
    };
    let ways = endpoint.ways.as_ref().map_err(Clone::clone)?;
    match ways.addresses.get(&address).map(Seen::as_ref) {
        Some(Ok(Sight::Closed) | Err(Miss::Timeout(_) | Miss::Refused(_))) => nothing(),
        Some(Ok(Sight::Presented(presented))) => Ok(stranger(&presented.names, domain)),
        Some(Err(miss)) => Err(miss.clone()),
        Some(Ok(Sight::NoSuchName | Sight::Refused(_))) => Ok(None),
        // With one address the endpoint itself has said it all.
        None if ways.addresses.is_empty() => match endpoint.leaf() {
            Ok(leaf) => Ok(stranger(&leaf.dns_names, domain)),
            Err(_) if endpoint.refusal.is_some() => Ok(None),
            Err(miss) => Err(miss),
        },
        None => Err(Miss::NotAsked),
    }
}

/// Does a certificate speak of other people's names alone?
fn stranger(names: &[String], domain: &str) -> Option<String> {
    let own = registrable(domain).unwrap_or_else(|| domain.to_owned());
    let first = names.first()?;
    let foreign = names.iter().all(|name| !is_within(name.trim_start_matches("*."), &own));
    foreign.then(|| format!("the certificate is for {first}"))
}

//! The HTTPS record sends browsers somewhere else than the addresses do.
//!
//! Browsers ask for the HTTPS record (type 65) before or beside the addresses and connect to its hints at once. Hints that were left behind after a move send them to the old host, although A and AAAA are right: some visitors see the old site, in some browsers only.
//!
//! ## Fix
//!
//! Make the hints equal to the addresses, or leave them out:
//! ```text
//! example.com. HTTPS 1 . alpn=h2,h3
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9460#section-7.3>
//! - <https://www.rfc-editor.org/rfc/rfc9460#section-2.5>

use std::net::IpAddr;

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::unreachable,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/https-record",
    title: "an HTTPS record at odds with the addresses",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("https_record.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let records = get(zone, domain, Rr::Https)?;
    if records.is_empty() {
        return Ok(Verdict::not_applicable(format!("{domain} has no HTTPS record")));
    }
    let addresses = zone.answers.addresses(domain).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    let findings = records.iter().filter_map(|record| {
        let why = fault(record, domain, &addresses)?;
        Some(
            Finding::new(format!("the HTTPS record of {domain} {why}"))
                .at(Place::dns(domain, "HTTPS"))
                .key(record.as_str())
                .evidence("record", record.as_str())
                .evidence(
                    "addresses",
                    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                )
                .fix("Make the hints equal to the A and AAAA records, or remove them from the HTTPS record."),
        )
    });
    Ok(Verdict::from_findings(findings.collect()))
}

/// What is wrong with `priority target parameters`.
fn fault(record: &str, domain: &str, addresses: &[IpAddr]) -> Option<String> {
    let mut words = record.split(' ');
    let (priority, target) = (words.next()?, words.next()?);
    if priority == "0" {
        return match target {
            "." => Some("says that there is no service (priority 0 and the target `.`)".to_owned()),
            own if own == domain => Some("is an alias of itself".to_owned()),
            _ => None,
        };
    }
    // The addresses of another target were not asked.
    if target != "." && target != domain {
        return None;
    }
    let hints: Vec<IpAddr> = words
        .filter_map(|word| word.split_once('=').filter(|(key, _)| matches!(*key, "ipv4hint" | "ipv6hint")))
        .flat_map(|(_, list)| list.split(','))
        .filter_map(|text| text.parse().ok())
        .collect();
    if let Some((hint, kind)) = hints.iter().find_map(|hint| Some((hint, unreachable(*hint)?))) {
        return Some(format!("hints at {hint}, {kind}"));
    }
    // Anycast hosts hand out some of many; one in common shows that it is the same host.
    let known = |hint: &IpAddr| addresses.iter().any(|own| own.is_ipv4() == hint.is_ipv4());
    let strange = hints.iter().any(|hint| known(hint) && !addresses.contains(hint));
    let fits = hints.iter().any(|hint| addresses.contains(hint));
    let shown: Vec<String> = hints.iter().map(ToString::to_string).collect();
    (strange && !fits).then(|| format!("hints at {}, which are not its addresses", shown.join(", ")))
}

//! One name server hands out other keys than its sisters, or no signatures, while the parent promises them.
//!
//! Validating resolvers mix what they get from several servers: keys from one, signatures from another. Some lookups then fail and others work, by chance. It happens when one provider of two is not signing, when a key rollover was not coordinated between them, or when a secondary stopped to transfer the zone.
//!
//! ## Fix
//!
//! Repair the transfer to the server that differs. Where two providers sign with keys of their own, each must publish the keys of both (multi-signer):
//! ```text
//! dig @ns1.example.net example.com DNSKEY +dnssec
//! dig @ns2.example.net example.com DNSKEY +dnssec
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8901>

use super::{Early, conclude, signed};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Delegation, Signed},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/dnssec-servers-differ",
    title: "name servers with different DNSSEC keys or signatures",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Delegation(judge),
    source: include_str!("dnssec_servers_differ.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let (zone, dnssec) = (&delegation.zone, signed(delegation)?);
    let missed = dnssec.servers.values().find_map(|signed| signed.as_ref().err()).cloned();
    let looks: Vec<(&String, &Signed)> =
        dnssec.servers.iter().filter_map(|(server, signed)| Some((server, signed.got()?))).collect();
    let good: Vec<&(&String, &Signed)> = looks.iter().filter(|(_, signed)| verifies(signed)).collect();
    // Where none verifies the zone is bogus, which another check says.
    let Some((model, reference)) = good.first().copied() else {
        let all = || Verdict::not_applicable(format!("no server of {zone} has signatures that verify"));
        return Ok(missed.map_or_else(all, Verdict::inconclusive));
    };
    let mut findings = Vec::new();
    for (server, signed) in &looks {
        let what = if signed.keys.is_empty() {
            "hands out no DNSSEC keys".to_owned()
        } else if !verifies(signed) {
            "hands out signatures that do not verify".to_owned()
        } else if signed.keys != reference.keys {
            format!("has the DNSSEC keys {}, not {}", tags(signed), tags(reference))
        } else {
            continue;
        };
        findings.push(
            Finding::new(format!("the name server {server} of {zone} {what}, unlike {model}"))
                .at(Place::dns(zone, "DNSKEY"))
                .key(server.as_str())
                .root("dnssec")
                .fix(format!("Load the same signed zone on {server} as on {model}.")),
        );
    }
    Ok(conclude(findings, missed))
}

fn verifies(signed: &Signed) -> bool {
    signed.ds_fits && signed.keys_signed && signed.soa_signed
}

fn tags(signed: &Signed) -> String {
    signed.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

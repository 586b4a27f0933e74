//! No CAA record says which certificate authorities may issue for the domain.
//!
//! Without one, each of the dozens of public authorities may issue a certificate to whoever passes its weakest validation.
//!
//! ## Fix
//!
//! Name the authorities you use, and no other:
//! ```text
//! example.com. CAA 0 issue "letsencrypt.org"
//! example.com. CAA 0 iodef "mailto:security@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8659>

use std::collections::BTreeSet;

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        caa,
        name::{is_within, parent, purchasable},
    },
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/caa-missing",
    title: "no CAA record",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("caa_missing.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let mut name = Some(domain);
    while let Some(current) = name {
        if !get(zone, current, Rr::Caa)?.is_empty() {
            return Ok(Verdict::Pass);
        }
        name = parent(current);
    }
    let at = purchasable(domain).unwrap_or_else(|| domain.to_owned());
    let finding =
        Finding::new(format!("neither {domain} nor a parent has a CAA record")).at(Place::dns(domain, "CAA"));
    let authorities = authorities(context, &at);
    // A guess could keep the authority that is really used from renewing.
    if authorities.is_empty() {
        return Ok(Verdict::fail(finding.fix(format!(
            "Publish a CAA record at {at} with the authority that issues your certificates."
        ))));
    }
    let values: Vec<String> = authorities.iter().map(|name| format!("0 issue \"{name}\"")).collect();
    Ok(Verdict::fail(
        finding
            .fix(format!(
                "Publish CAA at {at} for the authority of the certificates that were seen: {}.",
                values.join(", ")
            ))
            .patch(Patch::Dns { name: at, record: "CAA".to_owned(), values }),
    ))
}

/// What CAA calls the authorities of the certificates that were seen below the domain.
fn authorities(context: &Context<'_>, domain: &str) -> BTreeSet<&'static str> {
    let hosts = context.seen.endpoints.iter().filter(|(subject, _)| {
        is_within(subject.rsplit_once(':').map_or(subject.as_str(), |(host, _)| host), domain)
    });
    let leaves = hosts.filter_map(|(_, endpoint)| endpoint.got()?.leaf().ok());
    leaves
        .filter_map(|leaf| caa::issuer(caa::organisation(&leaf.issuer)?)?.domains.first())
        .map(String::as_str)
        .collect()
}

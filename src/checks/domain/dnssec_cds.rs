//! The CDS or CDNSKEY records of the zone differ from the DS records at the parent.
//!
//! They are how a signer tells the registry which DS to publish. Where they differ for more than a few days, the registry does not read them and the key rollover hangs; where they name a key that the zone does not have, a registry that does read them takes the domain down; the special record `0 0 0 00` asks for DNSSEC to be switched off.
//!
//! ## Fix
//!
//! Publish the DS that the zone asks for at the registrar, or withdraw the CDS and CDNSKEY records at the signer.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7344#section-4>
//! - <https://www.rfc-editor.org/rfc/rfc8078>

use super::{Early, signed};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/dnssec-cds",
    title: "the zone asks its parent for another DS",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Delegation(judge),
    source: include_str!("dnssec_cds.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let (zone, parent, dnssec) = (&delegation.zone, &delegation.parent, signed(delegation)?);
    let cds = dnssec.cds.as_ref().map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    if cds.ds.is_empty() && cds.keys.is_empty() && !cds.delete && cds.fits {
        return Ok(Verdict::not_applicable(format!("{zone} publishes no CDS record")));
    }
    let finding = |message: String| Finding::new(message).at(Place::dns(zone, "CDS"));
    if cds.delete {
        return Ok(Verdict::fail(
            finding(format!("{zone} asks {parent} to remove its DS record (CDS 0 0 0 00), and with it DNSSEC"))
                .severity(Severity::Medium)
                .fix("Withdraw the CDS record unless DNSSEC is to be switched off; else remove the DS at the registrar."),
        ));
    }
    if !cds.fits {
        return Ok(Verdict::fail(
            finding(format!("{zone} asks {parent} for the DS of a key that it does not have"))
                .severity(Severity::Medium)
                .fix("Let the signer publish CDS and CDNSKEY records of the keys that sign now."),
        ));
    }
    let has = |tag: u16| dnssec.ds.iter().any(|ds| ds.tag == tag);
    let wanted = cds.ds.iter().map(|ds| ds.tag).chain(cds.keys.iter().copied());
    let Some(tag) = wanted.into_iter().find(|tag| !has(*tag)) else { return Ok(Verdict::Pass) };
    let held: Vec<String> = dnssec.ds.iter().map(|ds| ds.tag.to_string()).collect();
    Ok(Verdict::fail(
        finding(format!(
            "{zone} asks {parent} for the DS of key {tag}, but {parent} has that of {} only",
            held.join(" and ")
        ))
        .fix(format!("Add the DS record of key {tag} at the registrar before the old key is withdrawn.")),
    ))
}

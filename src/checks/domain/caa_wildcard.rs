//! CAA restricts wildcard certificates, but any authority may issue the others.
//!
//! `issuewild` speaks of wildcard certificates alone. Without an `issue` record every authority may issue a certificate for each single name of the domain, which is what CAA was to prevent.
//!
//! ## Fix
//!
//! Name your authority in an `issue` record too:
//! ```text
//! example.com. CAA 0 issue "letsencrypt.org"
//! example.com. CAA 0 issuewild ";"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8659#section-4.3>

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        caa::{self, Policy},
        name::parent,
    },
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/caa-wildcard",
    title: "CAA speaks of wildcard certificates only",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("caa_wildcard.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let mut name = domain;
    let records = loop {
        let records = get(zone, name, Rr::Caa)?;
        match parent(name) {
            Some(above) if records.is_empty() => name = above,
            _ => break records,
        }
    };
    if records.is_empty() {
        return Ok(Verdict::not_applicable(format!("{domain} has no CAA record")));
    }
    let (plain, wild) = (caa::policy(records, false), caa::policy(records, true));
    let (Policy::Anybody, Policy::Only(allowed)) = (plain, wild) else { return Ok(Verdict::Pass) };
    let finding = Finding::new(format!(
        "CAA at {name} restricts wildcard certificates, but anybody may issue all others"
    ))
    .at(Place::dns(name, "CAA"))
    .evidence("records", records.join("\n"))
    .fix("Add an `issue` record with the authority that issues your certificates.");
    if allowed.is_empty() {
        return Ok(Verdict::fail(finding));
    }
    let added = allowed.iter().map(|authority| format!("0 issue \"{authority}\""));
    let values = records.iter().cloned().chain(added).collect();
    Ok(Verdict::fail(finding.patch(Patch::Dns { name: name.to_owned(), record: "CAA".to_owned(), values })))
}

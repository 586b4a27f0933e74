//! A name server of the domain looks up other people's names for anybody.
//!
//! It can be used to flood third parties with its answers, its address ends up on block lists, and its cache can be poisoned, which on an authoritative server means your own zone's neighbours and mail.
//!
//! ## Fix
//!
//! Turn recursion off on the authoritative server, or allow it for your own network only:
//! ```text
//! options { recursion no; };
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5358>
//! - <https://cwe.mitre.org/data/definitions/406.html>

use super::{Early, asked, conclude};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/open-recursion",
    title: "a name server that works for strangers",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("open_recursion.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    decide(delegation).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation) -> Early<Verdict> {
    let (zone, mut findings, mut missed) = (&delegation.zone, Vec::new(), None);
    for server in asked(delegation)? {
        match server.recursion.as_ref() {
            Ok(false) => {}
            Ok(true) => findings.push(
                Finding::new(format!(
                    "the name server {} of {zone} looks up other domains for anybody",
                    server.shown()
                ))
                .at(Place::dns(zone, "NS"))
                .key(server.shown())
                .fix(format!("Turn recursion off on {}.", server.name)),
            ),
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    Ok(conclude(findings, missed))
}

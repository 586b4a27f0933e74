//! CNAMEs lead in a circle, or on and on.
//!
//! No resolver finds an address at the end; the name does not work for anybody.
//!
//! ## Fix
//!
//! Point one of the names in the chain at a host with an address.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1034#section-3.6.2>

use super::{Early, alive, conclude, visited};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::{End, chain},
    finding::{Confidence, Finding, Place, Severity},
    seen::Zone,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/cname-loop",
    title: "CNAMEs lead in a circle",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("cname_loop.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let (mut findings, mut missed) = (Vec::new(), None);
    for name in visited(domain) {
        let chain = chain(&name, &zone.answers);
        let what = match &chain.end {
            End::Loop => "lead in a circle",
            End::TooLong => "do not end",
            End::Missed(miss) => {
                missed = missed.or(Some(miss.clone()));
                continue;
            }
            _ => continue,
        };
        findings.push(
            Finding::new(format!("the CNAMEs of {name} {what}: {}", chain.shown()))
                .at(Place::dns(&name, "CNAME"))
                .key(name.as_str())
                .fix(format!("Point {name} at a host that has an address.")),
        );
    }
    Ok(conclude(findings, missed))
}

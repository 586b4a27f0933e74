//! A name is an alias of an alias of an alias.
//!
//! Each step costs a lookup on a cold visit and is one more provider that can break the name; some resolvers give up after eight.
//!
//! ## Fix
//!
//! Point the name at the host that the chain ends at, if its provider allows that.
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
    id: "domain/cname-chain",
    title: "a long chain of CNAMEs",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("cname_chain.rs"),
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
        let steps = chain.names.len() - 1;
        match &chain.end {
            End::Missed(miss) => missed = missed.or(Some(miss.clone())),
            End::Loop | End::TooLong => {}
            _ if steps > MOST => findings.push(
                Finding::new(format!("{name} goes through {steps} CNAMEs"))
                    .at(Place::dns(&name, "CNAME"))
                    .key(name.as_str())
                    .evidence("chain", chain.shown())
                    .fix(format!("Point {name} at {} directly, if its provider allows that.", chain.last())),
            ),
            _ => {}
        }
    }
    Ok(conclude(findings, missed))
}

/// Content networks use up to four.
const MOST: usize = 4;

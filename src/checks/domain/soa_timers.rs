//! A timer of the SOA record is outside the usual range.
//!
//! A negative TTL above a day means that a record you forgot and then add stays invisible for that long; an expire time under a week lets secondary servers drop the zone during a long outage.
//!
//! ## Fix
//!
//! Set the SOA timers to the usual values:
//! ```text
//! refresh 7200  retry 3600  expire 1209600  minimum 300
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1912#section-2.2>
//! - <https://www.rfc-editor.org/rfc/rfc2308#section-5>

use super::{Early, get, servers};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/soa-timers",
    title: "a timer of the SOA record is out of range",
    station: Station::Domain,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("soa_timers.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let (name, _) = servers(zone, context)?;
    let Some(soa) = get(zone, &name, Rr::Soa)?.first() else {
        return Ok(Verdict::not_applicable(format!("{name} has no SOA record")));
    };
    let numbers: Vec<i64> = soa.split(' ').skip(3).filter_map(|text| text.parse().ok()).collect();
    let [refresh, retry, expire, minimum] = numbers[..] else {
        return Ok(Verdict::inconclusive(Miss::Malformed(format!("the SOA record of {name}"))));
    };
    let mut wrong = Vec::new();
    if retry > refresh {
        wrong.push(format!("retry {retry} is longer than refresh {refresh}"));
    }
    if expire < 604_800 {
        wrong.push(format!("expire {expire} is under a week"));
    }
    if minimum > 86_400 {
        wrong.push(format!("the negative TTL {minimum} is over a day"));
    }
    if wrong.is_empty() {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(
        Finding::new(format!("the SOA record of {name}: {}", wrong.join(", ")))
            .at(Place::dns(&name, "SOA"))
            .evidence("record", soa.as_str())
            .fix("Set refresh 7200, retry 3600, expire 1209600 and minimum 300."),
    ))
}

//! The answer for a name or a type that the zone does not have comes without a valid proof (NSEC or NSEC3).
//!
//! To a validating resolver "no such record" without proof is an attack, so it answers SERVFAIL. Ordinary life asks for what is not there all the time: AAAA of a host with IPv4 only, CAA before a certificate is issued, DMARC and TLSA of senders. Certificates are refused and mail is deferred, while the site itself seems to work.
//!
//! gonogo says so only where two of the zone's servers agree, or the only one that serves it.
//!
//! ## Fix
//!
//! Sign the zone again as a whole, with the complete NSEC or NSEC3 chain, and ask yourself:
//! ```text
//! dig @ns1.example.net does-not-exist.example.com A +dnssec
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc4035#section-5.4>
//! - <https://www.rfc-editor.org/rfc/rfc5155#section-8>

use std::collections::BTreeSet;

use super::{Early, signed};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Delegation, Denial, Miss, NO_SUCH_LABEL, Seen},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/dnssec-denial",
    title: "DNSSEC without proof of what does not exist",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Delegation(judge),
    source: include_str!("dnssec_denial.rs"),
};

fn judge(delegation: &Delegation, context: &Context<'_>) -> Verdict {
    decide(delegation, context.now.as_second()).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation, now: i64) -> Early<Verdict> {
    let (zone, dnssec) = (&delegation.zone, signed(delegation)?);
    let missed = dnssec.denial.values().find_map(|seen| seen.as_ref().err()).cloned();
    let faulty: Vec<(&String, &str)> = dnssec
        .denial
        .iter()
        .filter_map(|(question, seen)| Some((question, seen.got().copied().and_then(Denial::fault)?)))
        .collect();
    // A name that does not exist is the plainest case.
    let plain = faulty.iter().find(|(question, _)| asked(question).starts_with(NO_SUCH_LABEL));
    let Some((question, fault)) = plain.or(faulty.first()) else {
        if dnssec.denial.is_empty() {
            return Ok(Verdict::inconclusive(Miss::NotAsked));
        }
        return Ok(missed.map_or(Verdict::Pass, Verdict::inconclusive));
    };
    if !verifies_elsewhere(delegation, now) {
        return Ok(Verdict::not_applicable(format!("no server of {zone} has signatures that verify")));
    }
    // The same question to the other server, with another outcome: one of them lags behind.
    let what = asked(question);
    let again = dnssec.denial.iter().find(|(other, _)| other != question && asked(other) == what);
    match again.map(|(_, seen)| seen) {
        Some(Seen::Missed(miss)) => return Ok(Verdict::inconclusive(miss.clone())),
        Some(Seen::Got(denial)) if denial.fault().is_none() => {
            let why = format!("one server alone shows it: {question}: the answer {fault}");
            return Ok(Verdict::inconclusive(Miss::Malformed(why)));
        }
        None if delegation.servers.iter().filter(|server| server.serves()).count() > 1 => {
            return Ok(Verdict::inconclusive(Miss::NotAsked));
        }
        _ => {}
    }
    let servers: BTreeSet<&str> = faulty
        .iter()
        .filter_map(|(question, _)| question.split_once(") ").map(|(server, _)| server))
        .collect();
    let servers: Vec<String> = servers.into_iter().map(|server| format!("{server})")).collect();
    Ok(Verdict::fail(
        Finding::new(format!("the answer of {zone} that there is no {what} {fault}"))
            .at(Place::dns(zone, "NSEC"))
            .root("dnssec")
            .evidence("servers", servers.join(", "))
            .fix("Sign the whole zone again, so that its NSEC or NSEC3 chain is complete, and load it on every server."),
    ))
}

/// `name TYPE` of `ns1.example.com (192.0.2.1) name TYPE`.
fn asked(question: &str) -> &str {
    question.split_once(") ").map_or(question, |(_, asked)| asked)
}

/// Does the signature of what exists verify? Otherwise the zone is bogus as a whole.
fn verifies_elsewhere(delegation: &Delegation, now: i64) -> bool {
    let dnssec = delegation.dnssec.got();
    let looks = dnssec.into_iter().flat_map(|dnssec| dnssec.servers.values().filter_map(Seen::got));
    looks.into_iter().any(|signed| signed.fault(now).is_none())
}

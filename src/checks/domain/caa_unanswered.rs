//! The name servers answer questions for CAA with an error.
//!
//! A certificate authority must treat a failed CAA lookup as a refusal: the next certificate renewal will fail, although everything else seems to work.
//!
//! ## Fix
//!
//! Update the name server or move the zone to a provider that answers every record type; a name without CAA must answer NOERROR and no records.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8659#section-3>
//! - <https://letsencrypt.org/docs/caa/>

use super::{Early, alive};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/caa-unanswered",
    title: "CAA questions are answered with an error",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("caa_unanswered.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let why = match zone.answers.answer(domain, Rr::Caa) {
        Ok(_) => return Ok(Verdict::Pass),
        Err(miss @ Miss::Denied(why)) if REFUSALS.iter().any(|code| why.ends_with(code)) => {
            // Where nothing else is answered either, the fault is not with CAA.
            zone.answers
                .get(domain, Rr::Soa)
                .or_else(|_| zone.answers.get(domain, Rr::A))
                .map_err(|_| Verdict::inconclusive(miss.clone()))?;
            why
        }
        Err(miss) => return Ok(Verdict::inconclusive(miss.clone())),
    };
    Ok(Verdict::fail(
        Finding::new(format!("the question for CAA at {domain} is answered with an error, other types are not"))
            .at(Place::dns(domain, "CAA"))
            .evidence("answer", why.as_str())
            .fix("Let the name servers answer CAA questions with NOERROR; authorities refuse to issue until they do."),
    ))
}

/// Response codes of the name servers; other errors are between us and the resolver.
const REFUSALS: &[&str] = &["Server Failure", "Not Implemented"];

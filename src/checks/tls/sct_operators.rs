//! All timestamps in the certificate come from logs of one operator.
//!
//! Chrome and Safari want at least two: one operator alone could hide a certificate. They refuse the connection otherwise.
//!
//! ## Fix
//!
//! Have the certificate issued again; a public authority uses logs of several operators by default.
//!
//! ## References
//!
//! - <https://googlechrome.github.io/CertificateTransparency/ct_policy.html>
//! - <https://support.apple.com/103214>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss, Verification},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/sct-operators",
    title: "the transparency logs have one operator",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("sct_operators.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (trust, scts) = match (endpoint.trust.as_ref(), endpoint.scts.as_ref()) {
        (Ok(trust), Ok(scts)) => (trust, scts),
        (Err(miss), _) | (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    if !trust.public || trust.in_time != Verification::Trusted {
        return Verdict::not_applicable("the chain leads to no public root");
    }
    if scts.len() < 2 {
        return Verdict::not_applicable("fewer than two timestamps: see tls/too-few-scts");
    }
    let mut operators: Vec<&str> = scts.iter().filter_map(|sct| sct.operator.as_deref()).collect();
    operators.sort_unstable();
    operators.dedup();
    if operators.len() > 1 {
        return Verdict::Pass;
    }
    let unknown = scts.iter().filter(|sct| sct.operator.is_none()).count();
    if unknown > 0 {
        return Verdict::inconclusive(Miss::Unsupported(format!(
            "{unknown} of {} timestamps come from logs that are not in the list of this version",
            scts.len()
        )));
    }
    Verdict::fail(
        Finding::new(format!(
            "all {} transparency timestamps of the certificate of {} come from {}, where browsers want two operators",
            scts.len(),
            endpoint.host,
            operators.join(", ")
        ))
        .at(Place::endpoint(context.subject))
        .evidence("logs", scts.iter().map(|sct| sct.log.as_str()).collect::<Vec<_>>().join(", "))
        .fix("have the certificate issued again by an authority that uses logs of several operators"),
    )
}

//! A timestamp in the certificate is not what its log signed, or lies in the future.
//!
//! Chrome and Safari verify timestamps and do not count one that is wrong. It means that the certificate was changed after it was logged, or that the authority put another certificate's timestamps into it.
//!
//! ## Fix
//!
//! Have the certificate issued again and tell the authority, which must treat it as an incident.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6962#section-3.2>
//! - <https://googlechrome.github.io/CertificateTransparency/ct_policy.html>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss, SKEW, Verification},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/sct-invalid",
    title: "a transparency timestamp is not genuine",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("sct_invalid.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (trust, scts) = match (endpoint.trust.as_ref(), endpoint.scts.as_ref()) {
        (Ok(trust), Ok(scts)) => (trust, scts),
        (Err(miss), _) | (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    if !trust.public || trust.in_time != Verification::Trusted {
        return Verdict::not_applicable("the chain leads to no public root");
    }
    if scts.is_empty() {
        return Verdict::not_applicable("no timestamps: see tls/too-few-scts");
    }
    let findings: Vec<Finding> = scts
        .iter()
        .filter_map(|sct| {
            let why = match &sct.wrong {
                Some(why) => why.clone(),
                None if sct.at.as_second() > context.now.as_second() + SKEW => {
                    format!("it is dated {}", sct.at)
                }
                None => return None,
            };
            let operator = sct.operator.as_deref().unwrap_or("an unknown operator");
            Some(
                Finding::new(format!(
                    "a transparency timestamp of {operator} in the certificate of {} is wrong: {why}",
                    endpoint.host
                ))
                .key(sct.log.as_str())
                .at(Place::endpoint(context.subject))
                .evidence("log", sct.log.clone())
                .evidence("dated", sct.at.to_string())
                .fix("have the certificate issued again, and tell the authority"),
            )
        })
        .collect();
    if findings.is_empty() && scts.iter().all(|sct| !sct.verified) {
        return Verdict::inconclusive(Miss::Unsupported(
            "the logs' keys or the issuer's certificate are not at hand".to_owned(),
        ));
    }
    Verdict::from_findings(findings)
}

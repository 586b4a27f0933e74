//! A certificate of a public chain has no key identifier.
//!
//! RFC 5280 wants the authority's key identifier in every certificate that a CA issues and the subject's own in every CA
//! certificate. Without them clients try every issuer of the same name, and some pick the wrong one after a key change.
//!
//! ## Fix
//!
//! Have the certificate issued again with both extensions:
//! ```text
//! subjectKeyIdentifier = hash
//! authorityKeyIdentifier = keyid
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.1>
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.2>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Certificate, Endpoint},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/key-identifiers",
    title: "a key identifier is missing",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("key_identifiers.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let chain = match endpoint.chain.as_ref() {
        Ok(chain) => chain,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    match endpoint.trust.as_ref() {
        Ok(trust) if !trust.public => {
            return Verdict::not_applicable("the chain leads to no public root");
        }
        Ok(_) => {}
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    }
    let faulty = chain.iter().filter_map(|one| Some((one, missing(one)?)));
    let findings = faulty.map(|(certificate, missing)| {
        Finding::new(format!("`{}` has no {missing} key identifier", certificate.subject))
            .key(certificate.subject.clone())
            .at(Place::endpoint(context.subject))
            .evidence("missing", format!("{missing} key identifier"))
            .fix("have the certificate issued again with its key identifiers")
    });
    Verdict::from_findings(findings.collect())
}

fn missing(certificate: &Certificate) -> Option<&'static str> {
    if certificate.authority_key_id.is_none() && !certificate.self_issued {
        Some("authority")
    } else if certificate.key_id.is_none() && certificate.ca == Some(true) {
        Some("subject")
    } else {
        None
    }
}

//! A host that the certificate names presents another certificate, and browsers refuse that one.
//!
//! The right certificate exists and was not installed there: the name was moved to another server or platform and only half of the move was made.
//!
//! ## Fix
//!
//! Install the certificate where the name points to, or point the name back:
//! ```text
//! openssl s_client -connect www.example.com:443 -servername www.example.com </dev/null
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9525>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Sight},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/san-name-differs",
    title: "a name of the certificate serves a broken one",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("san_name_differs.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (leaf, ways) = match (endpoint.leaf(), endpoint.ways.as_ref()) {
        (Ok(leaf), Ok(ways)) => (leaf, ways),
        (Err(miss), _) => return Verdict::inconclusive(miss),
        (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    let mut listed = ways.names.iter().filter(|(name, _)| leaf.dns_names.contains(name)).peekable();
    if listed.peek().is_none() {
        return Verdict::not_applicable("the certificate names no further host of this domain");
    }
    let (mut findings, mut missed) = (Vec::new(), None);
    for (name, sight) in listed {
        let presented = match sight.as_ref() {
            Ok(Sight::Presented(presented)) => presented,
            Ok(_) => continue,
            Err(miss) => {
                missed = missed.or(Some(miss));
                continue;
            }
        };
        // The same certificate has the same faults, which are told once.
        let Some(fault) = presented.fault().filter(|_| presented.sha256 != leaf.sha256) else { continue };
        findings.push(
            Finding::new(format!(
                "{name}, which the certificate of {} covers, presents {fault}",
                endpoint.host
            ))
            .key(name.as_str())
            .at(Place::endpoint(format!("{name}:{}", endpoint.port)))
            .at(Place::endpoint(context.subject))
            .evidence("SHA-256", presented.sha256.clone())
            .fix(format!("install a certificate that covers {name} where it points to")),
        );
    }
    match missed {
        Some(miss) if findings.is_empty() => Verdict::inconclusive(miss.clone()),
        _ => Verdict::from_findings(findings),
    }
}

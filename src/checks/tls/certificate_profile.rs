//! A certificate of the chain breaks the rules for certificates.
//!
//! RFC 5280 and the CA/Browser Forum's Baseline Requirements say which extensions a certificate must, may and must
//! not have. Public CAs are held to every line; some clients refuse what others let pass, so that a site works in
//! one browser and not in another. The private chain of a live server is left alone; a file is judged as
//! a CA would before it issues it.
//!
//! ## Fix
//!
//! Have the certificate that the message names issued again with the right profile, for a server:
//! ```text
//! basicConstraints       = critical, CA:FALSE
//! keyUsage               = critical, digitalSignature
//! extendedKeyUsage       = serverAuth
//! subjectAltName         = DNS:example.com
//! authorityKeyIdentifier = keyid
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.2>
//! - <https://cabforum.org/working-groups/server/baseline-requirements/requirements/>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/certificate-profile",
    title: "a certificate breaks the rules for certificates",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("certificate_profile.rs"),
};

/// Of a file nobody connects to.
const FILE: u16 = 0;

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let trust = match endpoint.trust.as_ref() {
        Ok(trust) => trust,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    if !trust.public && endpoint.port != FILE {
        return Verdict::not_applicable("a private CA makes its own rules");
    }
    let held = trust.breaches.iter().filter(|breach| trust.public || !breach.tolerated);
    let findings = held.map(|breach| {
        // That a public chain verifies shows that browsers put up with it.
        let severity = match (trust.public, breach.tolerated) {
            (false, _) => Severity::High,
            (true, false) => Severity::Medium,
            (true, true) => Severity::Low,
        };
        Finding::new(format!("`{}` {}", breach.subject, breach.rule))
            .severity(severity)
            .key(format!("{} {}", breach.subject, breach.rule))
            .at(Place::endpoint(context.subject))
            .evidence("certificate", breach.subject.clone())
            .evidence("rule", breach.rule.clone())
            .fix("have the certificate issued again with the right profile")
    });
    Verdict::from_findings(findings.collect())
}

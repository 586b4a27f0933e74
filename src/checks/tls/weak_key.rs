//! A key of the chain is too weak.
//!
//! RSA under 2048 bits and elliptic curves under 224 bits are within reach of well-funded attackers, and
//! clients refuse them. Whoever recovers the key can impersonate the site.
//!
//! ## Fix
//!
//! Make a new key and have the certificate issued again for it:
//! ```text
//! openssl ecparam -genkey -name prime256v1 -noout -out key.pem
//! ```
//!
//! ## References
//!
//! - <https://cabforum.org/working-groups/server/baseline-requirements/requirements/>
//! - <https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::{KeyFault, key_fault},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/weak-key",
    title: "a key of the chain is too weak",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("weak_key.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let chain = match endpoint.chain.as_ref() {
        Ok(chain) => chain,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let weak = chain.iter().filter_map(|certificate| Some((certificate, key_fault(&certificate.key)?)));
    let findings = weak.map(|(certificate, fault)| {
        let key = &certificate.key;
        let (what, severity) = match fault {
            KeyFault::Short { wanted } if key.bits < 1_024 && wanted == 2_048 => {
                (format!("a key ({}) of {} bits", key.algorithm, key.bits), Severity::Critical)
            }
            KeyFault::Short { wanted } => (
                format!("a key ({}) of {} bits where {wanted} are needed", key.algorithm, key.bits),
                Severity::High,
            ),
            KeyFault::Exponent => {
                (format!("an RSA key with the exponent {}", key.exponent.unwrap_or(0)), Severity::Critical)
            }
            KeyFault::Obsolete => {
                (format!("a key ({}) that no browser accepts", key.algorithm), Severity::High)
            }
        };
        Finding::new(format!("the certificate of `{}` has {what}", certificate.subject))
            .severity(severity)
            .key(certificate.subject.clone())
            .at(Place::endpoint(context.subject))
            .evidence("subject", certificate.subject.clone())
            .evidence("key", format!("{} {} bits", key.algorithm, key.bits))
            .fix("make a new P-256 or RSA-2048 key and have the certificate issued again")
    });
    Verdict::from_findings(findings.collect())
}

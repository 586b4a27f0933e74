//! A key of the chain can be factored.
//!
//! Some generators made RSA keys that anybody can break from the public key alone: chips of Infineon until 2017
//! (ROCA), libraries that took the second prime right after the first, faulty ones whose modulus has a
//! small factor. Whoever looks at the certificate can impersonate the site.
//!
//! ## Fix
//!
//! Make a new key with a current library, revoke the certificate and have a new one issued:
//! ```text
//! openssl ecparam -genkey -name prime256v1 -noout -out key.pem
//! ```
//!
//! ## References
//!
//! - <https://nvd.nist.gov/vuln/detail/CVE-2017-15361>
//! - <https://nvd.nist.gov/vuln/detail/CVE-2022-26320>
//! - <https://cabforum.org/working-groups/server/baseline-requirements/requirements/>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Factorable},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/factorable-key",
    title: "a key of the chain can be factored",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("factorable_key.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let chain = match endpoint.chain.as_ref() {
        Ok(chain) => chain,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let broken = chain.iter().filter_map(|certificate| Some((certificate, certificate.key.factorable?)));
    let findings = broken.map(|(certificate, flaw)| {
        let how = match flaw {
            Factorable::Roca => "bears the fingerprint of a broken generator (ROCA)",
            Factorable::ClosePrimes => "is the product of two neighbouring primes",
            Factorable::SmallFactor => "is divisible by a small prime",
        };
        Finding::new(format!("the RSA modulus of `{}` {how}", certificate.subject))
            .key(certificate.subject.clone())
            .at(Place::endpoint(context.subject))
            .evidence("subject", certificate.subject.clone())
            .evidence("key", format!("{} {} bits", certificate.key.algorithm, certificate.key.bits))
            .fix("make a new key with a current library, revoke the certificate and have a new one issued")
    });
    Verdict::from_findings(findings.collect())
}

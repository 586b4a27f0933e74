//! An RSA key of the chain has a small public exponent.
//!
//! The Baseline Requirements ask for an exponent of at least 65537. With 3 or 17 a signature check that is careless
//! about padding can be forged (CVE-2006-4339 and its successors), and some clients refuse such keys.
//!
//! ## Fix
//!
//! Make a new key with the usual exponent and have the certificate issued again:
//! ```text
//! openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:65537 -out key.pem
//! ```
//!
//! ## References
//!
//! - <https://cabforum.org/working-groups/server/baseline-requirements/requirements/>
//! - <https://nvd.nist.gov/vuln/detail/CVE-2006-4339>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/small-exponent",
    title: "an RSA exponent is small",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("small_exponent.rs"),
};

/// Baseline Requirements section 6.1.6. Of 1 and even ones see `tls/weak-key`.
const SOUND: u64 = 65_537;

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let chain = match endpoint.chain.as_ref() {
        Ok(chain) => chain,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let small = chain.iter().filter_map(|certificate| Some((certificate, certificate.key.exponent?)));
    let small = small.filter(|(_, exponent)| (3..SOUND).contains(exponent) && exponent % 2 == 1);
    let findings = small.map(|(certificate, exponent)| {
        Finding::new(format!("the RSA key of `{}` has the public exponent {exponent}", certificate.subject))
            .key(certificate.subject.clone())
            .at(Place::endpoint(context.subject))
            .evidence("exponent", exponent.to_string())
            .fix("make a new key with the exponent 65537 and have the certificate issued again")
    });
    Verdict::from_findings(findings.collect())
}

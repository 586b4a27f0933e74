//! A certificate of the chain is signed with a broken hash.
//!
//! Collisions in MD5 and SHA-1 can be bought; with one, a certificate for this name can be forged.
//! Browsers have refused such signatures since 2017. The signature of a root proves nothing and is not
//! counted.
//!
//! ## Fix
//!
//! Have the certificate issued again with SHA-256:
//! ```text
//! openssl x509 -req -sha256 -in request.csr -CA ca.pem -CAkey ca.key -out cert.pem
//! ```
//!
//! ## References
//!
//! - <https://shattered.io/>
//! - <https://cabforum.org/working-groups/server/baseline-requirements/requirements/>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::signature_fault,
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/weak-signature",
    title: "a certificate is signed with a broken hash",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("weak_signature.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let chain = match endpoint.chain.as_ref() {
        Ok(chain) => chain,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let counted =
        chain.iter().enumerate().filter(|(index, certificate)| *index == 0 || !certificate.self_issued);
    let findings = counted.filter_map(|(_, certificate)| {
        let hash = signature_fault(certificate)?;
        Some(
            Finding::new(format!("the certificate of `{}` is signed with {hash}", certificate.subject))
                .severity(if hash == "SHA-1" { Severity::High } else { Severity::Critical })
                .key(certificate.subject.clone())
                .at(Place::endpoint(context.subject))
                .evidence("signature algorithm", certificate.signature.clone())
                .fix("have the certificate issued again with SHA-256"),
        )
    });
    Verdict::from_findings(findings.collect())
}

//! A certificate has an extension that cannot be read.
//!
//! The names, usages or pointers of a certificate are encoded in extensions. Where one does not follow its own
//! grammar, clients refuse the certificate or, worse, read it differently from each other.
//!
//! ## Fix
//!
//! Have the certificate issued again by software that encodes the extension, and look at it before you serve it:
//! ```text
//! openssl x509 -in cert.pem -noout -text
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.2>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/malformed-certificate",
    title: "an extension of a certificate cannot be read",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("malformed_certificate.rs"),
};

/// How the parser says that all but an extension could be read.
const EXTENSION: &str = "its extension ";

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let why = match endpoint.chain.as_ref() {
        Ok(_) => return Verdict::Pass,
        Err(Miss::Malformed(why)) if why.contains(EXTENSION) => why,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    Verdict::fail(
        Finding::new(format!("the chain of {} is no chain: {why}", endpoint.host))
            .at(Place::endpoint(context.subject))
            .evidence("reason", why.clone())
            .fix("have the certificate issued again with a well-formed extension"),
    )
}

//! A certificate of the chain cannot be read.
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
    seen::{Endpoint, Miss, Verification},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/malformed-certificate",
    title: "a certificate of the chain cannot be read",
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
        Ok(_) if endpoint.unread.is_empty() => return Verdict::Pass,
        Ok(_) => return beside_the_leaf(endpoint, context),
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

/// Clients pass over such a certificate, or break off; a path that does not need it may hold.
fn beside_the_leaf(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let holds = endpoint.trust.got().is_some_and(|trust| trust.now == Verification::Trusted);
    let finding = |why: &String| {
        let after = if holds { ", and the path holds without it" } else { "" };
        Finding::new(format!("{} sends a certificate that cannot be read, {why}{after}", endpoint.host))
            .severity(if holds { Severity::Medium } else { Severity::High })
            .key(why.as_str())
            .at(Place::endpoint(context.subject))
            .fix("remove it from the chain, or replace it by what the CA publishes")
    };
    Verdict::Fail(endpoint.unread.iter().map(finding).collect())
}

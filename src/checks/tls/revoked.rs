//! The server's certificate is revoked.
//!
//! Its CA has put it on the revocation list that it points to: its key is taken to be stolen, or it was issued wrongly.
//! Browsers that follow revocation refuse it at once, the others within days.
//!
//! ## Fix
//!
//! Make a new key, have a new certificate issued for it, and ask the CA why the old one was revoked:
//! ```text
//! certbot certonly --force-renewal --new-key -d example.com
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-5>
//! - <https://letsencrypt.org/docs/revoking/>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Revocation},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/revoked",
    title: "the certificate is revoked",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("revoked.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    match endpoint.revocation.as_ref() {
        Ok(Revocation::Good) => return Verdict::Pass,
        Ok(Revocation::NoPointer) => {
            return Verdict::not_applicable("the certificate points to no revocation list");
        }
        Ok(Revocation::Revoked) => {}
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    }
    Verdict::fail(
        Finding::new(format!("the certificate of {} is on its CA's revocation list", endpoint.host))
            .confidence(Confidence::High)
            .at(Place::endpoint(context.subject))
            .evidence("serial", leaf.serial.clone())
            .evidence("issuer", leaf.issuer.clone())
            .evidence("revocation list", leaf.crl_url.clone().unwrap_or_default())
            .fix("make a new key and have a new certificate issued for it"),
    )
}

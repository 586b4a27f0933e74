//! The revocation list proves nothing.
//!
//! A list of revoked certificates counts when it is current, numbered, and signed by the issuer, who must be allowed
//! to sign lists. From any other list nobody can tell whether the certificate is revoked. A list that was
//! given on purpose must answer; where the CA's own cannot be fetched, see `tls/revoked`.
//!
//! ## Fix
//!
//! Have the CA publish a sound list, or fetch the current one:
//! ```text
//! openssl crl -in list.crl -noout -text
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-5>
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-6.3.3>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/revocation-list",
    title: "the revocation list proves nothing",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("revocation_list.rs"),
};

/// Of a file nobody connects to.
const FILE: u16 = 0;

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    if let Err(miss) = endpoint.leaf() {
        return Verdict::inconclusive(miss);
    }
    let file = endpoint.port == FILE;
    let why = match endpoint.revocation.as_ref() {
        Ok(_) => return Verdict::Pass,
        Err(Miss::Malformed(why)) => why,
        Err(miss) if file => return Verdict::inconclusive(miss.clone()),
        Err(_) => return Verdict::not_applicable("the list was not read: see tls/revoked"),
    };
    Verdict::fail(
        Finding::new(format!("the revocation list for {} proves nothing: {why}", endpoint.host))
            .severity(if file { Severity::High } else { Severity::Low })
            .at(Place::endpoint(context.subject))
            .evidence("reason", why.clone())
            .fix("fetch the CA's current list, or have the CA repair it"),
    )
}

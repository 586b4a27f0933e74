//! The server's certificate vouches for itself.
//!
//! No client trusts a certificate that is its own issuer: visitors get a warning, API clients an error, and
//! those who learn to click through can no longer tell an attacker from the server.
//!
//! ## Fix
//!
//! Take a certificate from a public CA, which costs nothing:
//! ```text
//! certbot --nginx -d example.com
//! ```
//!
//! ## References
//!
//! - <https://letsencrypt.org/getting-started/>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::{Diagnosis, diagnose},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/self-signed",
    title: "the certificate is self-signed",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("self_signed.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (chain, trust) = match (endpoint.chain.as_ref(), endpoint.trust.as_ref()) {
        (Ok(chain), Ok(trust)) => (chain, trust),
        (Err(miss), _) | (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    if diagnose(chain, trust, context.now) != Diagnosis::SelfSigned {
        return Verdict::Pass;
    }
    let subject = chain.first().map_or("", |leaf| leaf.subject.as_str());
    Verdict::fail(
        Finding::new(format!("the certificate of {} is self-signed by `{subject}`", endpoint.host))
            .root("tls/trust")
            .at(Place::endpoint(context.subject))
            .evidence("subject and issuer", subject)
            .fix("replace it by a certificate from a public CA"),
    )
}

//! A certificate between the server's own and the root ends within 30 days, and without it the chain does not verify.
//!
//! The server's own certificate may be valid for months: the site goes down all the same on the day its intermediate or cross-sign ends, as many did when DST Root CA X3 ended in 2021. Renewing the leaf brings the present intermediate along if the server's file is replaced whole.
//!
//! ## Fix
//!
//! Install the chain that the authority serves today, the full file and not the leaf alone:
//! ```text
//! ssl_certificate /etc/letsencrypt/live/example.com/fullchain.pem;
//! ```
//!
//! ## References
//!
//! - <https://letsencrypt.org/docs/dst-root-ca-x3-expiration-september-2021/>
//! - <https://letsencrypt.org/certificates/>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Verification},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/chain-expires-soon",
    title: "an intermediate certificate expires within 30 days",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("chain_expires_soon.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (chain, trust, ahead) =
        match (endpoint.chain.as_ref(), endpoint.trust.as_ref(), endpoint.ahead.as_ref()) {
            (Ok(chain), Ok(trust), Ok(ahead)) => (chain, trust, ahead),
            (Err(miss), ..) | (_, Err(miss), _) | (.., Err(miss)) => {
                return Verdict::inconclusive(miss.clone());
            }
        };
    if trust.now != Verification::Trusted {
        return Verdict::not_applicable("the chain does not verify today");
    }
    if *ahead != Verification::Expired {
        return Verdict::Pass;
    }
    let ending = chain.iter().skip(1).min_by_key(|one| one.not_after);
    let (name, until) =
        ending.map_or_else(Default::default, |one| (one.subject.clone(), one.not_after.to_string()));
    Verdict::fail(
        Finding::new(format!(
            "the chain of {} stops verifying when `{name}` ends on {until}, before its own certificate does",
            endpoint.host
        ))
        .at(Place::endpoint(context.subject))
        .evidence("intermediate", name)
        .evidence("not after", until)
        .fix("install the chain that the authority serves today, and reload the server"),
    )
}

//! A server's certificate is for client authentication too.
//!
//! From 2027-03-15 on Chrome's root programme allows public CAs to issue certificates for servers alone. A certificate that was
//! issued after that date for both is refused.
//!
//! ## Fix
//!
//! Have the certificate issued again for servers alone:
//! ```text
//! extendedKeyUsage = serverAuth
//! ```
//!
//! ## References
//!
//! - <https://googlechrome.github.io/chromerootprogram/>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/client-auth",
    title: "the certificate is for clients too",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("client_auth.rs"),
};

/// Midnight UTC of 2027-03-15.
const SERVERS_ALONE: i64 = 1_805_068_800;

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    match endpoint.trust.as_ref() {
        Ok(trust) if !trust.public => {
            return Verdict::not_applicable("the chain leads to no public root");
        }
        Ok(_) => {}
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    }
    let purposes = leaf.extended_key_usage.as_deref().unwrap_or_default();
    let for_clients = purposes.iter().any(|purpose| purpose == "clientAuth");
    if !for_clients || leaf.not_before.as_second() < SERVERS_ALONE {
        return Verdict::Pass;
    }
    Verdict::fail(
        Finding::new(format!(
            "the certificate of {}, issued on {}, is for client authentication too",
            endpoint.host, leaf.not_before
        ))
        .at(Place::endpoint(context.subject))
        .evidence("extended key usage", purposes.join(", "))
        .fix("have the certificate issued again for serverAuth alone"),
    )
}

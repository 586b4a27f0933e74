//! The Diffie-Hellman modulus is no safe prime.
//!
//! With a safe prime p the number (p - 1) / 2 is prime too. Otherwise there are small subgroups, and a server that uses a key twice gives parts of it away (the reason for CVE-2016-0701). A modulus that is no prime at all is a mistake or a back door: whoever knows its factors reads every session.
//!
//! ## Fix
//!
//! Drop the DHE suites (every current client has ECDHE), or use a group that was made in public:
//! ```text
//! curl https://ssl-config.mozilla.org/ffdhe2048.txt > /etc/nginx/dhparam.pem
//! ssl_dhparam /etc/nginx/dhparam.pem;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7919>
//! - <https://www.rfc-editor.org/rfc/rfc2785>

use super::conclude;
use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{KeyExchange, Modulus, Version},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/unsafe-prime",
    title: "the Diffie-Hellman prime is not a safe one",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("unsafe_prime.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let (mut findings, mut unknown) = (Vec::new(), None);
    let mut told: Vec<&str> = Vec::new();
    for exchange in offers.known().flat_map(|(_, offered)| &offered.key_exchanges) {
        let KeyExchange::Dhe { bits, prime, modulus } = exchange else { continue };
        let (severity, what) = match modulus {
            Some(Modulus::SafePrime) => continue,
            Some(Modulus::Prime) => (Severity::Low, "is prime but no safe prime"),
            Some(Modulus::Composite) => (Severity::High, "is no prime"),
            None => {
                let why = format!("a test whether a modulus of {bits} bits is prime");
                unknown = unknown.or(Some(Miss::Unsupported(why)));
                continue;
            }
        };
        if told.contains(&prime.as_str()) {
            continue;
        }
        told.push(prime);
        findings.push(
            Finding::new(format!(
                "{} agrees keys by Diffie-Hellman with a modulus of {bits} bits that {what}",
                context.subject
            ))
            .severity(severity)
            .key(prime.as_str())
            .root("tls/weak-dh")
            .at(Place::endpoint(context.subject))
            .evidence("modulus", format!("{bits} bits, begins with {prime}"))
            .fix("remove the DHE suites, or use a group of RFC 7919"),
        );
    }
    conclude(findings, unknown.or_else(|| offers.gap([Version::Tls12])))
}

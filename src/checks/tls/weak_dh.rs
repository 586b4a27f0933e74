//! Diffie-Hellman parameters are too small.
//!
//! Primes under 1024 bits are broken in minutes, and the work for one prime of 1024 bits, which is in reach of a state, opens
//! every session with every server that uses it (Logjam). Servers fall back to such parameters when nobody configured
//! their own.
//!
//! ## Fix
//!
//! Drop the DHE suites (every current client has ECDHE), or use a well-known group of at least 2048 bits:
//! ```text
//! curl https://ssl-config.mozilla.org/ffdhe2048.txt > /etc/nginx/dhparam.pem
//! ssl_dhparam /etc/nginx/dhparam.pem;
//! ```
//!
//! ## References
//!
//! - <https://weakdh.org/>
//! - <https://www.rfc-editor.org/rfc/rfc7919>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{KeyExchange, Version},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/weak-dh",
    title: "Diffie-Hellman parameters are too small",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("weak_dh.rs"),
};

/// Bits of a prime that holds (NIST SP 800-57 part 1, RFC 9325 section 4.3).
const SOUND: u32 = 2_048;

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let mut primes: Vec<(u32, &str)> = Vec::new();
    for exchange in offers.known().flat_map(|(_, offered)| &offered.key_exchanges) {
        if let KeyExchange::Dhe { bits, prime, .. } = exchange
            && *bits < SOUND
            && !primes.contains(&(*bits, prime))
        {
            primes.push((*bits, prime));
        }
    }
    if primes.is_empty() {
        return offers.gap([Version::Tls12]).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    let findings = primes.into_iter().map(|(bits, prime)| {
        Finding::new(format!("{} agrees keys by Diffie-Hellman with a prime of {bits} bits", context.subject))
            .severity(severity(bits))
            .key(prime)
            .root("tls/weak-dh")
            .at(Place::endpoint(context.subject))
            .evidence("prime", format!("{bits} bits, begins with {prime}"))
            .fix("remove the DHE suites, or use a group of RFC 7919 with at least 2048 bits")
    });
    Verdict::Fail(findings.collect())
}

const fn severity(bits: u32) -> Severity {
    match bits {
        ..1_024 => Severity::Critical,
        1_024..1_536 => Severity::High,
        _ => Severity::Medium,
    }
}

//! A serial number is zero, negative or too long.
//!
//! RFC 5280 wants a positive number of at most 20 bytes. Strict parsers (Go, some appliances) refuse other
//! certificates, and one that cannot be told apart by its number cannot be revoked.
//!
//! ## Fix
//!
//! Have the certificate issued again by a CA that draws serial numbers at random:
//! ```text
//! openssl rand -hex 16
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.2>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/serial-number",
    title: "a serial number breaks the rules",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("serial_number.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let chain = match endpoint.chain.as_ref() {
        Ok(chain) => chain,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let faulty = chain.iter().filter_map(|one| Some((one, fault(&one.serial)?)));
    let findings = faulty.map(|(certificate, fault)| {
        Finding::new(format!("the serial number of `{}` is {fault}", certificate.subject))
            .key(certificate.subject.clone())
            .at(Place::endpoint(context.subject))
            .evidence("serial", certificate.serial.clone())
            .fix("have the certificate issued again with a random serial number of 8 to 20 bytes")
    });
    Verdict::from_findings(findings.collect())
}

/// Of the content bytes of the INTEGER in hexadecimal: two's complement, the first bit is the sign.
fn fault(serial: &str) -> Option<&'static str> {
    let digits = serial.trim_start_matches('0');
    if digits.is_empty() {
        Some("zero")
    } else if serial.starts_with(|first: char| first.to_digit(16).is_some_and(|digit| digit >= 8)) {
        Some("negative")
    } else if serial.len() > 40 {
        Some("longer than 20 bytes")
    } else {
        None
    }
}

//! One address of the host is closed while another answers.
//!
//! Visitors whose network picks that address wait, or fail for good. Most often an AAAA record was published and the server, container or firewall listens on IPv4 only; or one of several A records points to a machine that is gone.
//!
//! ## Fix
//!
//! Listen on both families, or remove the record:
//! ```text
//! listen 443 ssl;
//! listen [::]:443 ssl;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8305>
//! - <https://nginx.org/en/docs/http/ngx_http_core_module.html#listen>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Sight},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/address-dead",
    title: "an address of the host refuses connections",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("address_dead.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let ways = match endpoint.ways.as_ref() {
        Ok(ways) => ways,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    if ways.addresses.is_empty() {
        return Verdict::not_applicable("the host has one address");
    }
    let closed = ways.addresses.iter().filter(|(_, sight)| matches!(sight.got(), Some(Sight::Closed)));
    let findings: Vec<Finding> = closed
        .map(|(address, _)| {
            let family = if address.is_ipv6() { "AAAA" } else { "A" };
            Finding::new(format!(
                "{} refuses connections to port {} at {address}, one of its {family} records",
                endpoint.host, endpoint.port
            ))
            .key(address.to_string())
            .at(Place::dns(&endpoint.host, family))
            .at(Place::endpoint(context.subject))
            .fix(format!("let the server listen at {address}, or remove the {family} record"))
        })
        .collect();
    let missed = ways.addresses.values().find_map(|sight| sight.as_ref().err());
    match missed {
        Some(miss) if findings.is_empty() => Verdict::inconclusive(miss.clone()),
        _ => Verdict::from_findings(findings),
    }
}

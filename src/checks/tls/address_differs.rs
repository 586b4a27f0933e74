//! One address of the host presents a certificate that browsers refuse, while another presents a good one.
//!
//! The site works for whoever tests it and shows a full-page warning to everybody whose network picks the other address, typically all visitors on IPv6. It happens when a certificate was renewed on one of several servers, or when IPv6 reaches a different virtual host.
//!
//! ## Fix
//!
//! Give every listener the same certificate, then look at each address:
//! ```text
//! openssl s_client -connect [2001:db8::1]:443 -servername example.com </dev/null
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8305>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Presented, Sight},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/address-differs",
    title: "an address of the host presents a broken certificate",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("address_differs.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let ways = match endpoint.ways.as_ref() {
        Ok(ways) => ways,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let answered: Vec<_> =
        ways.addresses.iter().filter_map(|(address, sight)| Some((address, sight.got()?))).collect();
    let good: Vec<&Presented> = answered.iter().filter_map(|(_, sight)| sound(sight)).collect();
    let Some(better) = good.first() else {
        // Where none is good, what is wrong has checks of its own.
        return Verdict::not_applicable(if ways.addresses.is_empty() {
            "the host has one address"
        } else {
            "no address presents a certificate that verifies"
        });
    };
    if answered.len() < 2 {
        return Verdict::not_applicable("one address answered: see tls/address-dead");
    }
    let findings = answered.iter().filter_map(|(address, sight)| {
        let (fault, until) = match sight {
            Sight::Presented(presented) => (presented.fault()?, presented.not_after.to_string()),
            Sight::Refused(_) => ("no certificate, it refuses the handshake".to_owned(), String::new()),
            Sight::NoSuchName | Sight::Closed => return None,
        };
        Some(
            Finding::new(format!(
                "{} presents {fault} at {address}, and a good one at its other addresses",
                endpoint.host
            ))
            .key(address.to_string())
            .at(Place::endpoint(context.subject))
            .evidence("not after", until)
            .evidence("good until", better.not_after.to_string())
            .fix(format!("install the same certificate on the listener at {address}")),
        )
    });
    Verdict::from_findings(findings.collect())
}

fn sound(sight: &Sight) -> Option<&Presented> {
    match sight {
        Sight::Presented(presented) if presented.fault().is_none() => Some(presented),
        _ => None,
    }
}

//! Variables of production name the product's own address on different domains.
//!
//! Links in mails, redirects after sign-in and cookies are made from these. When one of them still has
//! an old or a provisional domain, sign-in loops, and mails lead to a place that nobody watches.
//!
//! ## Fix
//!
//! Set all of them to the one address that customers use:
//! ```text
//! NEXT_PUBLIC_SITE_URL=https://app.example.com
//! NEXTAUTH_URL=https://app.example.com
//! ```
//!
//! ## References
//!
//! - <https://12factor.net/config>

use super::{at, conclude, is_below, key, site_of};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::{host_is_local, host_is_tunnel},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/public-address-contradiction",
    title: "production has two public addresses",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("public_address_contradiction.rs"),
};

fn judge(environments: &Environments, context: &Context<'_>) -> Verdict {
    let addresses: Vec<(&Fact, &str)> = environments
        .facts
        .iter()
        .filter(|fact| fact.stage == Stage::Production && fact.is_public_address())
        .filter_map(|fact| match &fact.value {
            Value::Url { host, .. }
                if !host_is_local(host) && !host_is_tunnel(host) && host.contains('.') =>
            {
                Some((fact, host.as_str()))
            }
            _ => None,
        })
        .collect();
    let mut findings = Vec::new();
    for (number, (fact, host)) in addresses.iter().enumerate() {
        let other = addresses[..number]
            .iter()
            .find(|(other, of)| other.path == fact.path && site_of(of) != site_of(host));
        if let Some((other, of)) = other {
            let message =
                format!("{} in {} is on {host}, but {} is on {of}", fact.name, fact.path, other.name);
            findings.push(finding(fact, message).at(at(other)));
        } else if let Some(domain) = declared(host, context) {
            let message = format!(
                "{} in {} is on {host}, but the product is declared on {domain}",
                fact.name, fact.path
            );
            findings.push(finding(fact, message));
        }
    }
    conclude(findings, environments)
}

fn finding(fact: &Fact, message: String) -> Finding {
    Finding::new(message)
        .at(at(fact))
        .key(key(fact))
        .fix(format!("Set {} to the address that customers use.", fact.name))
}

/// A declared domain, where the host is below none of them.
fn declared<'a>(host: &str, context: &Context<'a>) -> Option<&'a str> {
    let own = context.target.production_hosts();
    let first = own.first().copied()?;
    (!own.iter().any(|domain| is_below(host, site_of(domain)))).then_some(first)
}

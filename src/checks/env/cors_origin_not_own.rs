//! Production lists an origin that is not the product: any page, this machine, or somebody else's domain.
//!
//! An allowed origin may read the answers of the API in a visitor's name. `*` allows every page there
//! is, and `localhost` every program that opens a port on a visitor's computer.
//!
//! ## Fix
//!
//! List the origins of the product and nothing else:
//! ```text
//! ALLOWED_ORIGINS=https://app.example.com
//! ```
//!
//! ## References
//!
//! - <https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS>

use super::{at, conclude, is_below, key, own_domains, production};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::{host_is_local, host_is_tunnel},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/cors-origin-not-own",
    title: "browsers may call production from a foreign or local page",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("cors_origin_not_own.rs"),
};

fn judge(environments: &Environments, context: &Context<'_>) -> Verdict {
    let own = own_domains(environments, context);
    let mut findings = Vec::new();
    for fact in production(environments).filter(|fact| fact.is_origins()) {
        let Value::Hosts(hosts) = &fact.value else { continue };
        for host in hosts {
            let Some((what, severity)) = fault(host, &own) else { continue };
            findings.push(
                Finding::new(format!("{} in {} allows {what}", fact.name, fact.path))
                    .at(at(fact))
                    .key(format!("{} {host}", key(fact)))
                    .severity(severity)
                    .fix(format!("List in {} the origins of the product alone.", fact.name)),
            );
        }
    }
    conclude(findings, environments)
}

fn fault(host: &str, own: &[String]) -> Option<(String, Severity)> {
    if host == "*" {
        return Some(("any page to call the API".to_owned(), Severity::Medium));
    }
    let plain = host.trim_start_matches(['*', '.']);
    if host_is_tunnel(plain) {
        return Some((format!("a tunnel to somebody's machine: {host}"), Severity::Medium));
    }
    if host_is_local(plain) {
        return Some((format!("pages of this machine: {host}"), Severity::Medium));
    }
    let is_own = own.is_empty() || own.iter().any(|domain| is_below(plain, domain));
    // A partner's page may be meant, so this alone stops nothing.
    (!is_own).then(|| (format!("{host}, which is not on {}", own.join(" or ")), Severity::Low))
}

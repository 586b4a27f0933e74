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

use std::collections::BTreeMap;

use super::{at, conclude, is_below, key, own_domains, production};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::{host_is_local, host_is_tunnel},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Value},
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
    findings.extend(written(environments));
    conclude(findings, environments)
}

/// Lists in the code hold in production too. A partner's address may be meant, so only names that
/// anybody can get, and this machine, are told.
fn written(environments: &Environments) -> Vec<Finding> {
    type Group<'a> = (&'a str, Severity, &'static str);
    let mut by_file: BTreeMap<Group<'_>, Vec<(&Fact, &str)>> = BTreeMap::new();
    for fact in environments.facts.iter().filter(|fact| fact.code && fact.is_origins()) {
        let Value::Hosts(hosts) = &fact.value else { continue };
        for host in hosts {
            if let Some((what, severity)) = fault_in_code(host) {
                by_file.entry((&fact.path, severity, what)).or_default().push((fact, host));
            }
        }
    }
    let told = by_file.into_iter().map(|((path, severity, what), all)| {
        let mut hosts: Vec<&str> = all.iter().map(|(_, host)| *host).collect();
        hosts.dedup();
        Finding::new(format!("{} in {path} allows {what}: {}", all[0].0.name, hosts.join(", ")))
            .places(all.iter().map(|(fact, _)| at(fact)))
            .key(format!("{path} {what}"))
            .severity(severity)
            .fix("List the origins of the product alone, and take the others from the environment.")
    });
    told.collect()
}

fn fault_in_code(host: &str) -> Option<(&'static str, Severity)> {
    let plain = host.trim_start_matches(['*', '.']);
    if host == "*" {
        Some(("any page to call the API", Severity::Low))
    } else if host_is_tunnel(plain) {
        Some(("a tunnel to somebody's machine", Severity::Medium))
    } else if host_is_local(plain) {
        Some(("pages of the visitor's own machine", Severity::Low))
    } else if host.starts_with('*') && is_for_anybody(plain) {
        Some(("pages that anybody can put there", Severity::Medium))
    } else {
        None
    }
}

/// Domains under which everybody gets a name for nothing.
fn is_for_anybody(domain: &str) -> bool {
    [
        "vercel.app",
        "netlify.app",
        "web.app",
        "firebaseapp.com",
        "pages.dev",
        "workers.dev",
        "lovable.app",
        "lovable.dev",
        "lovableproject.com",
        "github.io",
        "onrender.com",
        "herokuapp.com",
        "replit.app",
        "replit.dev",
        "myshopify.com",
        "bolt.host",
        "surge.sh",
        "fly.dev",
        "up.railway.app",
    ]
    .contains(&domain)
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

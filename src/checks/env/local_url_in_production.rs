//! Production points to this machine, a private network or a tunnel.
//!
//! `localhost` in a deployed app is the visitor's own computer, and a tunnel ends when somebody
//! closes a laptop; until then it sends customers' data through it.
//!
//! ## Fix
//!
//! Set the public address of the service.
//!
//! ## References
//!
//! - <https://12factor.net/config>

use super::{at, conclude, key, production};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::{client_prefix, has_extension, host_is_local, host_is_tunnel},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/local-url-in-production",
    title: "production points to this machine or a tunnel",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("local_url_in_production.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let local = production(environments).filter_map(|fact| {
        let Value::Url { host, scheme, .. } = &fact.value else { return None };
        let what = if host_is_tunnel(host) {
            "a tunnel to somebody's machine"
        } else if host_is_local(host) && is_reached_by_clients(&fact.name, scheme, host) {
            "no host of the internet"
        } else {
            return None;
        };
        Some(
            Finding::new(format!("{} in {} points to {what}: {}", fact.name, fact.path, fact.shown))
                .at(at(fact))
                .key(key(fact))
                .fix(format!("Set {} to the public address of the service.", fact.name)),
        )
    });
    let defaults = environments.facts.iter().filter(|fact| is_default_of_clients(fact, environments)).map(|fact| {
        Finding::new(format!(
            "{} in {} points to this machine: {}, git keeps the file, and nothing overrides it in production",
            fact.name, fact.path, fact.shown
        ))
        .at(at(fact))
        .key(key(fact))
        .severity(Severity::Medium)
        .confidence(Confidence::Medium)
        .fix(format!("Set {} to the public address of the service, and this machine's in .env.local.", fact.name))
    });
    conclude(local.chain(defaults).collect(), environments)
}

/// `.env` goes into every build that no other file or setting overrides; beside a hosted project it is
/// the file that builds use.
fn is_default_of_clients(fact: &Fact, environments: &Environments) -> bool {
    let is_kept = environments.files.iter().any(|file| {
        file.path == fact.path && file.variables && !file.ignored && has_extension(&file.path, "env")
    });
    let is_local = matches!(&fact.value, Value::Url { host, .. } if host_is_local(host));
    fact.stage == Stage::Any
        && is_kept
        && is_local
        && client_prefix(&fact.name).is_some()
        && !environments
            .facts
            .iter()
            .any(|other| other.name == fact.name && matches!(other.stage, Stage::Production))
        && environments.facts.iter().any(|other| {
            other.path == fact.path
                && matches!(other.value, Value::SupabaseProject(_) | Value::FirebaseProject(_))
        })
}

/// A database or cache beside the server is reached by a private address on purpose; a web address
/// that is given to browsers and providers is not.
fn is_reached_by_clients(name: &str, scheme: &str, host: &str) -> bool {
    let is_web = matches!(scheme, "http" | "https" | "ws" | "wss");
    let name = name.to_ascii_uppercase();
    let is_inside = ["INTERNAL", "PROXY", "OTEL", "COLLECTOR", "REDIS", "DATABASE"]
        .iter()
        .any(|word| name.contains(word));
    (is_web && !is_inside) || (host == "localhost" && !is_inside && client_prefix(&name).is_some())
}

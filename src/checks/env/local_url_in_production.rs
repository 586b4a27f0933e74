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
    engine::env::{host_is_local, host_is_tunnel},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Value},
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
    conclude(local.collect(), environments)
}

/// A database or cache beside the server is reached by a private address on purpose; a web address
/// that is given to browsers and providers is not.
fn is_reached_by_clients(name: &str, scheme: &str, host: &str) -> bool {
    let is_web = matches!(scheme, "http" | "https" | "ws" | "wss");
    let name = name.to_ascii_uppercase();
    let is_inside = ["INTERNAL", "PROXY", "OTEL", "COLLECTOR", "REDIS", "DATABASE"]
        .iter()
        .any(|word| name.contains(word));
    (is_web && !is_inside)
        || (host == "localhost" && !is_inside && crate::engine::env::client_prefix(&name).is_some())
}

//! Production uses an unencrypted address.
//!
//! Whatever is sent to an `http://` address, tokens included, can be read and changed on the way, and
//! browsers block it from a secure page.
//!
//! ## Fix
//!
//! Use `https://` if the service has it, and move to one that does if it has not.
//!
//! ## References
//!
//! - <https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content>

use super::{at, conclude, key, production};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::host_is_local,
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/http-url-in-production",
    title: "production uses unencrypted HTTP",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("http_url_in_production.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let plain = production(environments).filter_map(|fact| {
        let Value::Url { host, scheme, .. } = &fact.value else { return None };
        // A name without a dot is a neighbour in the same private network; local hosts have a
        // check of their own.
        if !matches!(scheme.as_str(), "http" | "ws")
            || !host.contains('.')
            || host_is_local(host)
            || is_internal(host)
        {
            return None;
        }
        Some(
            Finding::new(format!("{} in {} is not encrypted: {}", fact.name, fact.path, fact.shown))
                .at(at(fact))
                .key(key(fact))
                .fix(format!("Use https:// in {}.", fact.name)),
        )
    });
    conclude(plain.collect(), environments)
}

fn is_internal(host: &str) -> bool {
    [".internal", ".svc", ".cluster.local", ".lan", ".flycast"].iter().any(|ending| host.ends_with(ending))
}

//! Production talks to a server that is for tests by its name.
//!
//! `uat.`, `sandbox.` or `staging.` in a host's name is where a company tries things: its data is made up, its
//! emails go nowhere, and it is down when nobody looks.
//!
//! ## Fix
//!
//! Set the address of the live service.
//!
//! ## References
//!
//! - <https://12factor.net/dev-prod-parity>

use super::{at, conclude, key, production};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::{host_is_local, host_is_tunnel},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/stage-host-in-production",
    title: "production talks to a server for tests",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("stage_host_in_production.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let found = production(environments).filter_map(|fact| {
        let Value::Url { host, .. } = &fact.value else { return None };
        // Sandboxes of payments have a check of their own.
        if host_is_local(host) || host_is_tunnel(host) || fact.code {
            return None;
        }
        let same = environments.facts.iter().find(|other| {
            other.name == fact.name
                && other.class == fact.class
                && matches!(other.stage, Stage::Development | Stage::Staging | Stage::Test)
        });
        // `rbsuat.com` says so too, if development has the same.
        let glued = || {
            host.split('.').find(|label| label.len() > 5 && label.ends_with("uat")).filter(|_| same.is_some())
        };
        Some(finding(fact, word_of_tests(host).or_else(glued)?, same))
    });
    conclude(found.collect(), environments)
}

fn finding(fact: &Fact, word: &str, same: Option<&Fact>) -> Finding {
    let beside = match same {
        Some(other) => format!(", the same as in {}", other.path),
        None => String::new(),
    };
    Finding::new(format!(
        "{} in {} leads to {}, `{word}` by its name{beside}",
        fact.name, fact.path, fact.shown
    ))
    .at(at(fact))
    .places(same.map(at))
    .key(key(fact))
    .fix(format!("Set {} to the address of the live service.", fact.name))
}

/// A label of the host, or a part of one, that says what it is for.
fn word_of_tests(host: &str) -> Option<&str> {
    let labels = host.split(['.', '-']);
    labels
        .into_iter()
        .find(|label| {
            matches!(
                *label,
                "uat"
                    | "sandbox"
                    | "staging"
                    | "stg"
                    | "stage"
                    | "qa"
                    | "preprod"
                    | "nonprod"
                    | "dev"
                    | "develop"
                    | "development"
                    | "testing"
            )
        })
        // `example.dev` is a domain of its own, and so is what a platform gives.
        .filter(|word| host.rsplit('.').next() != Some(*word))
}

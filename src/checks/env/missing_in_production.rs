//! A variable of the example file is missing in production.
//!
//! The example file lists what the app needs. A variable that production lacks is a feature that
//! fails when the first customer uses it, or a default meant for development.
//!
//! ## Fix
//!
//! Set the variable in production, or take it out of the example file if it is no longer used. Where
//! the host's own settings hold it, declare no production file.
//!
//! ## References
//!
//! - <https://12factor.net/config>

use super::{at, conclude, folder};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/missing-in-production",
    title: "a variable of the example file is missing in production",
    station: Station::Env,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("missing_in_production.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut findings = Vec::new();
    let examples = environments.files.iter().filter(|file| file.variables && file.stage == Stage::Example);
    for example in examples {
        let folder = folder(&example.path);
        let live = environments.files.iter().filter(|file| {
            file.variables && file.stage == Stage::Production && super::folder(&file.path) == folder
        });
        let live: Vec<&str> = live.map(|file| file.path.as_str()).collect();
        let Some(first) = live.first() else { continue };
        // `.env` is read in production too.
        let defaults = environments
            .files
            .iter()
            .filter(|file| file.stage == Stage::Any && super::folder(&file.path) == folder);
        let read: Vec<&str> = live.iter().copied().chain(defaults.map(|file| file.path.as_str())).collect();
        let set = |name: &str| {
            environments.facts.iter().any(|fact| {
                fact.name == name && read.contains(&fact.path.as_str()) && fact.value != Value::Empty
            })
        };
        let wanted: Vec<&Fact> = environments.facts.iter().filter(|fact| fact.path == example.path).collect();
        let missing: Vec<&Fact> = wanted.iter().copied().filter(|fact| !set(&fact.name)).collect();
        // A file that sets few of them only overrides; the rest is set by the host.
        let Some(fact) = missing.first().filter(|_| missing.len() * 2 <= wanted.len()) else { continue };
        let names = missing.iter().map(|fact| fact.name.as_str()).collect::<Vec<_>>().join(", ");
        findings.push(
            Finding::new(format!("{first} lacks what {} asks for: {names}", example.path))
                .at(at(fact))
                .key(first.to_string())
                .fix(format!("Set {names} in production, or take it out of {}.", example.path)),
        );
    }
    conclude(findings, environments)
}

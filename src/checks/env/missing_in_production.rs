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
    finding::{Confidence, Finding, Place, Severity},
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
    findings.extend(beside_others(environments));
    conclude(findings, environments)
}

/// What another environment's file sets and production's file beside it does not, though some source
/// names it.
fn beside_others(environments: &Environments) -> Vec<Finding> {
    let files = || environments.files.iter().filter(|file| file.variables);
    let mut findings = Vec::new();
    for live in files().filter(|file| file.stage == Stage::Production) {
        let set = |name: &str| {
            environments.facts.iter().any(|fact| {
                fact.name == name
                    && fact.value != Value::Empty
                    && folder(&fact.path) == folder(&live.path)
                    && matches!(fact.stage, Stage::Production | Stage::Any)
            })
        };
        let other = files().find(|file| {
            matches!(file.stage, Stage::Staging | Stage::Development)
                && folder(&file.path) == folder(&live.path)
                && !file.ignored
        });
        let Some(other) = other else { continue };
        let wanted: Vec<&Fact> = environments
            .facts
            .iter()
            .filter(|fact| fact.path == other.path && is_needed(fact, environments))
            .collect();
        let missing: Vec<&Fact> = wanted.iter().copied().filter(|fact| !set(&fact.name)).collect();
        // Where most are absent, the host sets them.
        let Some(first) = missing.first().filter(|_| missing.len() * 2 <= wanted.len()) else { continue };
        let mut names: Vec<&str> = missing.iter().map(|fact| fact.name.as_str()).collect();
        names.dedup();
        let names = names.join(", ");
        findings.push(
            Finding::new(format!(
                "{} lacks what {} sets and the sources name: {names}",
                live.path, other.path
            ))
            .at(Place::file(live.path.clone(), empty_line(environments, &live.path, &first.name)))
            .at(at(first))
            .key(format!("{} {}", live.path, other.path))
            .fix(format!("Set {names} in {}, or where production gets its settings from.", live.path)),
        );
    }
    findings
}

/// Named by a source, with a value, and not for developers alone.
fn is_needed(fact: &Fact, environments: &Environments) -> bool {
    const FOR_DEVELOPERS: &[&str] = &["EMULATOR", "EMULATORS", "DEBUG", "DEV", "MOCK", "TEST", "LOCAL"];
    !matches!(fact.value, Value::Empty | Value::Placeholder | Value::Flag(_))
        && !environments.code.cut
        && environments.code.unnamed.binary_search(&fact.name).is_err()
        && !fact.name.split('_').any(|word| FOR_DEVELOPERS.contains(&word))
}

/// Where the file has the name without a value, else its beginning.
fn empty_line(environments: &Environments, path: &str, name: &str) -> u32 {
    environments.facts.iter().find(|fact| fact.path == path && fact.name == name).map_or(1, |fact| fact.line)
}

//! Files of one app and environment name different Firebase projects.
//!
//! The Android app writes into one project and the iOS app or the rules deployed from `.firebaserc`
//! belong to another: data is split, and rules protect the wrong database.
//!
//! ## Fix
//!
//! Run `flutterfire configure` (or download the files again) for one project an environment.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/projects/dev-workflows/overview-environments>

use std::collections::BTreeSet;

use super::{at, conclude, folder};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/firebase-project-mismatch",
    title: "files of one app name different Firebase projects",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("firebase_project_mismatch.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let (rules, apps): (Vec<_>, Vec<_>) = environments
        .facts
        .iter()
        .filter_map(|fact| Some((fact, project(fact)?)))
        .partition(|(fact, _)| fact.name.starts_with("projects."));
    let mut findings: Vec<Finding> = Vec::new();
    let mut told = BTreeSet::new();
    for (number, (fact, named)) in apps.iter().enumerate() {
        if !is_stage_of_apps(fact.stage) || !is_sure(fact, &apps) {
            continue;
        }
        let of_app = || {
            apps.iter().filter(|(other, _)| {
                other.stage == fact.stage && root(&other.path) == root(&fact.path) && is_sure(other, &apps)
            })
        };
        // Of three files, the one that differs is told; of two, the later one.
        let files = |project: &str| {
            let paths = of_app().filter(|(_, of)| *of == project).map(|(other, _)| other.path.as_str());
            paths.collect::<BTreeSet<_>>().len()
        };
        let is_earlier =
            |other: &Fact| apps[..number].iter().any(|(earlier, _)| std::ptr::eq(*earlier, other));
        let other = of_app().find(|(other, of)| {
            of != named
                && is_one_app(other, fact)
                && (files(named) < files(of) || files(named) == files(of) && is_earlier(other))
        });
        // An alias that is the only one is where rules are deployed to.
        let deployed = rules.first().filter(|(alias, of)| {
            rules.len() == 1
                && of != named
                && fact.stage == Stage::Any
                && folder(&alias.path) == root(&fact.path)
                && !apps.iter().any(|(_, app)| app == of)
        });
        if let Some((other, of)) = other.or(deployed)
            && told.insert((root(&fact.path), fact.stage, *named))
        {
            findings.push(mismatch(fact, named, other, of));
        }
    }
    findings.extend(nested(&rules));
    findings.extend(addresses(environments, &rules));
    conclude(findings, environments)
}

/// Two `.firebaserc` files of one app, of which the tools read the one where they are started.
fn nested(rules: &[(&Fact, &str)]) -> Vec<Finding> {
    let defaults = || rules.iter().filter(|(fact, _)| fact.name == "projects.default");
    let told = defaults().filter_map(|(fact, named)| {
        let (other, of) = defaults().find(|(other, of)| {
            other.path != fact.path
                && of != named
                && folder(&other.path) == root(&fact.path)
                && folder(&fact.path) != root(&fact.path)
        })?;
        let known = rules.iter().any(|(alias, also)| alias.path == other.path && also == named);
        (!known).then(|| mismatch(fact, named, other, of).severity(Severity::Low))
    });
    told.collect()
}

/// Production's address of functions or pages that belong to another project than production's alias.
fn addresses(environments: &Environments, rules: &[(&Fact, &str)]) -> Vec<Finding> {
    let alias_of = |stage: Stage| {
        let mut of = rules.iter().filter(move |(alias, _)| alias.stage == stage);
        let first = of.next();
        first.filter(|(_, project)| of.all(|(_, also)| also == project))
    };
    let mut findings = Vec::new();
    for fact in
        environments.facts.iter().filter(|fact| matches!(fact.stage, Stage::Production | Stage::Staging))
    {
        let Value::Url { host, .. } = &fact.value else { continue };
        let (Some(project), Some((alias, of))) = (project_of(host), alias_of(fact.stage)) else { continue };
        let is_known = rules.iter().any(|(other, also)| *also == project && other.stage == fact.stage);
        if project != *of && !is_known {
            findings.push(mismatch(fact, project, alias, of));
        }
    }
    findings
}

/// The project in `https://REGION-PROJECT.cloudfunctions.net`. What a site is called need not be its
/// project's name.
fn project_of(host: &str) -> Option<&str> {
    let name = host.strip_suffix(".cloudfunctions.net")?;
    // A region is three words: `us-central1-`, `europe-west1-`.
    let digit = name.find(|letter: char| letter.is_ascii_digit())?;
    let rest = &name[digit..];
    rest.split_once('-').map(|(_, project)| project).filter(|project| project.len() >= 6)
}

fn is_stage_of_apps(stage: Stage) -> bool {
    !matches!(stage, Stage::Test | Stage::Example)
}

/// A file that names several projects says nothing about which of them is meant.
fn is_sure(fact: &Fact, apps: &[(&Fact, &str)]) -> bool {
    let mut named = apps.iter().filter(|(other, _)| other.path == fact.path && other.stage == fact.stage);
    let first = named.next();
    named.all(|(_, project)| first.is_some_and(|(_, of)| of == project))
}

fn is_one_app(one: &Fact, other: &Fact) -> bool {
    one.path != other.path && root(&one.path) == root(&other.path)
}

/// The folder of the app: above what tools put its parts into.
fn root(path: &str) -> &str {
    const PARTS: &[&str] =
        &["android", "ios", "macos", "web", "lib", "src", "app", "public", "functions", "config", ".github"];
    let mut end = 0;
    for part in path.split('/') {
        if PARTS.contains(&part) || !path[end..].trim_start_matches('/').contains('/') {
            break;
        }
        end += part.len() + usize::from(end > 0);
    }
    &path[..end]
}

fn mismatch(fact: &Fact, project: &str, other: &Fact, named: &str) -> Finding {
    Finding::new(format!(
        "{} names the Firebase project {project}, but {} names {named}, and both are {} files",
        fact.path,
        other.path,
        fact.stage.words()
    ))
    .at(at(fact))
    .at(at(other))
    .key(format!("{} {}", fact.path, other.path))
    .fix("Configure all files of one environment for one project, or name the environments in their file names.")
}

fn project(fact: &Fact) -> Option<&str> {
    match &fact.value {
        Value::FirebaseProject(project) => Some(project),
        _ => None,
    }
}

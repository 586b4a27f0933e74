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
    let mut told = std::collections::BTreeSet::new();
    for (number, (fact, named)) in apps.iter().enumerate() {
        if !is_stage_of_apps(fact.stage) || !is_sure(fact, &apps) {
            continue;
        }
        let beside: Vec<&(&Fact, &str)> = apps
            .iter()
            .filter(|(other, _)| other.stage == fact.stage && is_one_app(other, fact) && is_sure(other, &apps))
            .collect();
        // Of three files, the one that differs is told; of two, the later one.
        let agree = beside.iter().filter(|(_, of)| of == named).count();
        let other = beside.iter().copied().find(|(other, of)| {
            of != named
                && agree <= beside.iter().filter(|(_, also)| also == of).count().saturating_sub(1)
                && (agree + 1 < beside.iter().filter(|(_, also)| also == of).count()
                    || apps[..number].iter().any(|(earlier, _)| std::ptr::eq(*earlier, *other)))
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
    conclude(findings, environments)
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

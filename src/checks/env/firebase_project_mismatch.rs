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

use super::{at, conclude};
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
    let aliases: Vec<&str> = environments
        .facts
        .iter()
        .filter(|fact| fact.name.starts_with("projects."))
        .filter_map(project)
        .collect();
    let mut findings = Vec::new();
    for stage in [Stage::Production, Stage::Staging, Stage::Development, Stage::Any] {
        let apps = environments
            .facts
            .iter()
            .filter(|fact| fact.stage == stage && !fact.name.starts_with("projects."));
        let apps: Vec<(&Fact, &str)> = apps.filter_map(|fact| Some((fact, project(fact)?))).collect();
        let Some((first, named)) = apps.first() else { continue };
        if let Some((fact, other)) =
            apps.iter().find(|(fact, other)| other != named && fact.path != first.path)
        {
            findings.push(mismatch(fact, other, first, named));
        } else if aliases.len() == 1 && aliases[0] != *named && stage == Stage::Any {
            let rules = environments.facts.iter().find(|fact| fact.name.starts_with("projects."));
            findings.extend(rules.map(|rules| mismatch(first, named, rules, aliases[0])));
        }
    }
    conclude(findings, environments)
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

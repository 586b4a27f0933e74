//! Production and another environment are one and the same project.
//!
//! What a developer deploys, deletes or tries in the other environment then happens to customers: there is
//! one database and one set of rules.
//!
//! ## Fix
//!
//! Make a project of its own for production, and name it there alone.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/projects/dev-workflows/general-best-practices>
//! - <https://supabase.com/docs/guides/deployment/managing-environments>

use std::collections::BTreeSet;

use super::{at, conclude};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::has_extension,
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/environments-share-project",
    title: "production and another environment share a project",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("environments_share_project.rs"),
};

/// So many further places are told.
const PLACES: usize = 10;

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let named: Vec<(&Fact, &str, &str)> = environments
        .facts
        .iter()
        .filter(|fact| !fact.code)
        .filter_map(|fact| project(fact).map(|(of, name)| (fact, of, name)))
        .collect();
    let (mut findings, mut told) = (Vec::new(), BTreeSet::new());
    for (fact, of, name) in named.iter().filter(|(fact, ..)| fact.stage == Stage::Production) {
        let other = named.iter().find(|(other, also, same)| {
            also == of && same == name && matches!(other.stage, Stage::Development | Stage::Staging)
        });
        let Some((other, ..)) = other.filter(|_| told.insert((*of, *name))) else { continue };
        let rest = named.iter().filter(|(also, kind, same)| {
            kind == of
                && same == name
                && matches!(also.stage, Stage::Production | Stage::Development | Stage::Staging)
                && !std::ptr::eq(*also, *fact)
                && !std::ptr::eq(*also, *other)
        });
        let is_of_app = [fact, other].iter().any(|fact| is_file_of_app(&fact.path));
        findings.push(
            Finding::new(format!(
                "{} in {} and {} in {} are both the {of} project {name}",
                fact.stage.words(),
                fact.path,
                other.stage.words(),
                other.path
            ))
            .at(at(fact))
            .at(at(other))
            .places(rest.map(|(fact, ..)| at(fact)).take(PLACES))
            .key(format!("{of} {name}"))
            .severity(if is_of_app { Severity::Low } else { Severity::Medium })
            .fix(format!("Give {} a {of} project of its own.", other.stage.words())),
        );
    }
    conclude(findings, environments)
}

fn project(fact: &Fact) -> Option<(&'static str, &str)> {
    match &fact.value {
        Value::FirebaseProject(project) => Some(("Firebase", project)),
        Value::SupabaseProject(project) => Some(("Supabase", project)),
        _ => None,
    }
}

/// Flavours of an app may be several apps of one project on purpose.
fn is_file_of_app(path: &str) -> bool {
    path.ends_with("google-services.json") || has_extension(path, "plist") || has_extension(path, "dart")
}

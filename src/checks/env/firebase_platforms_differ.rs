//! One platform of an app belongs to another Firebase project than the rest.
//!
//! `flutterfire configure` writes one block for each platform. A block that is left over from an older
//! project lets the web app read and write another database than the phones, with accounts that do not exist
//! in either.
//!
//! ## Fix
//!
//! ```sh
//! flutterfire configure --project=the-project-of-this-environment
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/flutter/setup>

use std::collections::BTreeMap;

use super::{at, conclude};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::has_extension,
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/firebase-platforms-differ",
    title: "platforms of one app use different Firebase projects",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("firebase_platforms_differ.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut files: BTreeMap<&str, Vec<(&Fact, &str)>> = BTreeMap::new();
    for fact in environments.facts.iter().filter(|fact| is_options(&fact.path) && fact.name == "projectId") {
        if let Value::FirebaseProject(project) = &fact.value {
            files.entry(&fact.path).or_default().push((fact, project));
        }
    }
    let findings = files.into_iter().filter_map(|(path, named)| {
        let (first, other) = (named.first()?, named.iter().find(|(_, project)| *project != named[0].1)?);
        // A file that holds the environments chooses between them.
        if is_several_environments(&named) {
            return None;
        }
        Some(
            Finding::new(format!(
                "{path} has platforms of the Firebase projects {} and {}",
                first.1, other.1
            ))
            .at(at(first.0))
            .at(at(other.0))
            .key(path.to_owned())
            .fix("Run `flutterfire configure` again for one project, and commit what it writes."),
        )
    });
    conclude(findings.collect(), environments)
}

fn is_options(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with("firebase_options") && has_extension(name, "dart"))
}

/// By the ids, such as `acme-dev` and `acme-prod`.
fn is_several_environments(named: &[(&Fact, &str)]) -> bool {
    let stages: std::collections::BTreeSet<_> =
        named.iter().map(|(_, project)| crate::engine::env::stage_of(&format!("{project}/x"))).collect();
    stages.len() > 1
}

//! The project and the storage bucket or sign-in domain of one configuration belong to different
//! Firebase projects.
//!
//! Parts of two configurations were copied together. Uploads go to the bucket of one project, whose
//! rules are another's, and signing in is refused or opens the wrong project.
//!
//! ## Fix
//!
//! Copy the whole configuration anew from the project's settings, or run:
//! ```sh
//! flutterfire configure
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/web/setup#config-object>

use super::{at, conclude, key};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/firebase-config-mixed",
    title: "one Firebase configuration names two projects",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("firebase_config_mixed.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut findings = Vec::new();
    for fact in &environments.facts {
        let Some((owner, what)) = owner(fact) else { continue };
        let projects: Vec<(&Fact, &str)> = environments
            .facts
            .iter()
            .filter(|other| other.path == fact.path && kind(&other.name) == kind(&fact.name))
            .filter_map(|other| match &other.value {
                Value::FirebaseProject(project) => Some((other, project.as_str())),
                _ => None,
            })
            .collect();
        let Some((other, named)) =
            projects.first().filter(|_| projects.iter().all(|(_, project)| *project != owner))
        else {
            continue;
        };
        findings.push(
            Finding::new(format!(
                "{} in {} names {what} of the Firebase project {owner}, but {} names the project {named}",
                fact.name, fact.path, other.name
            ))
            .at(at(fact))
            .at(at(other))
            .key(key(fact))
            .fix(format!("Copy the whole configuration of one project into {}.", fact.path)),
        );
    }
    conclude(findings, environments)
}

/// The project that a default bucket or domain belongs to; a bucket or domain of one's own says none.
fn owner(fact: &Fact) -> Option<(&str, &'static str)> {
    let (name, endings, what): (&str, &[&str], _) = match &fact.value {
        Value::Bucket(bucket) => (bucket, &[".appspot.com", ".firebasestorage.app"], "the bucket"),
        Value::Url { host, .. } => (host, &[".firebaseapp.com"], "the sign-in domain"),
        _ => return None,
    };
    endings.iter().find_map(|ending| name.strip_suffix(ending)).map(|owner| (owner, what))
}

/// What a name begins with: a file may hold the configurations of client and server.
fn kind(name: &str) -> &str {
    let end = name.to_ascii_uppercase().find("FIREBASE").unwrap_or(0);
    &name[..end]
}

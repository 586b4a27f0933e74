//! The Supabase URL and key belong to different projects.
//!
//! The key of one project is refused by another: every request fails with 401. Across files it is
//! worse: production talks to the database of staging.
//!
//! ## Fix
//!
//! Copy URL and keys from the same project's API settings.
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/api/api-keys>

use super::{at, conclude, key};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/supabase-ref-mismatch",
    title: "Supabase URL and key belong to different projects",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("supabase_ref_mismatch.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut findings = Vec::new();
    let facts: Vec<(&Fact, &str)> =
        environments.facts.iter().filter_map(|fact| Some((fact, project(fact)?))).collect();
    for (at_index, (fact, reference)) in facts.iter().enumerate() {
        let before = &facts[..at_index];
        let in_file = before.iter().find(|(other, _)| other.path == fact.path);
        let in_stage = before.iter().find(|(other, _)| is_same_deployment(other, fact));
        let other = match (in_file, in_stage) {
            (Some((other, named)), _) if named != reference => (*other, *named, Confidence::High),
            (None, Some((other, named))) if named != reference => (*other, *named, Confidence::Medium),
            _ => continue,
        };
        findings.push(mismatch(fact, reference, other));
    }
    conclude(findings, environments)
}

fn mismatch(fact: &Fact, reference: &str, (other, named, confidence): (&Fact, &str, Confidence)) -> Finding {
    Finding::new(format!(
        "{} in {} belongs to the Supabase project {reference}, but {} in {} to {named}",
        fact.name, fact.path, other.name, other.path
    ))
    .at(at(fact))
    .at(at(other))
    .key(key(fact))
    .confidence(confidence)
    .fix("Copy the URL and the keys from the same project.")
}

fn project(fact: &Fact) -> Option<&str> {
    match &fact.value {
        Value::SupabaseProject(project) | Value::SupabaseJwt { project: Some(project), .. } => Some(project),
        _ => None,
    }
}

/// Files of one folder tree that are for production. Other stages may be anything, and a workflow
/// may deploy to several.
fn is_same_deployment(one: &Fact, other: &Fact) -> bool {
    let folder = |fact: &Fact| fact.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    one.stage == Stage::Production && other.stage == Stage::Production && folder(one) == folder(other)
}

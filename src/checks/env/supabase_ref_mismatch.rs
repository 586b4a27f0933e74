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

use super::{at, conclude, key, purpose, same_deployment};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Value},
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
    let facts: Vec<(&Fact, &str)> = environments
        .facts
        .iter()
        .filter(|fact| !is_deployment(fact))
        .filter_map(|fact| Some((fact, project(fact)?)))
        .collect();
    for (at_index, (fact, reference)) in facts.iter().enumerate() {
        let before = &facts[..at_index];
        let in_file = before.iter().find(|(other, _)| other.path == fact.path && is_same(other, fact));
        let in_stage = before.iter().find(|(other, _)| is_same(other, fact));
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

/// Of one environment, and by their names of one purpose: a second project has a word of its own.
fn is_same(one: &Fact, other: &Fact) -> bool {
    const WORDS: &[&str] = &[
        "APP",
        "SUPABASE",
        "URL",
        "ANON",
        "SERVICE",
        "ROLE",
        "API",
        "PROJECT",
        "REF",
        "ID",
        "PUBLISHABLE",
        "SB",
        "CLIENT",
        "SERVER",
        "JWT",
    ];
    same_deployment(one, other) && purpose(&one.name, WORDS) == purpose(&other.name, WORDS)
}

/// Where tools deploy to, which may be several projects, is another check's.
fn is_deployment(fact: &Fact) -> bool {
    fact.path.starts_with(".github/") || fact.name.starts_with("project")
}

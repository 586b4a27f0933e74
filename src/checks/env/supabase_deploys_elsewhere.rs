//! Migrations and functions go to one Supabase project, and the app talks to another.
//!
//! `supabase/config.toml`, `supabase/.temp/project-ref` and `--project-ref` of a workflow say where the
//! CLI deploys to. When none of them is the project whose URL the app has, a migration changes the wrong
//! database, and a mended function never reaches a customer.
//!
//! ## Fix
//!
//! Link the project that the app uses, and commit it:
//! ```sh
//! supabase link --project-ref abcdefghijklmnopqrst
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/local-development/cli/config>

use super::{at, conclude, key};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/supabase-deploys-elsewhere",
    title: "functions are deployed to a Supabase project that the app does not use",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("supabase_deploys_elsewhere.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let (deploys, app): (Vec<_>, Vec<_>) = environments
        .facts
        .iter()
        .filter(|fact| !matches!(fact.stage, Stage::Example | Stage::Test))
        .filter_map(|fact| Some((fact, project(fact)?)))
        .partition(|(fact, _)| is_deployment(fact));
    let live: Vec<&(&Fact, &str)> = app.iter().filter(|(fact, _)| fact.stage == Stage::Production).collect();
    // Without a file of its own, production reads the default one.
    let live = if live.is_empty() {
        app.iter().filter(|(fact, _)| fact.stage == Stage::Any).collect()
    } else {
        live
    };
    let (Some((fact, reference)), Some((deploy, deployed))) = (live.first(), deploys.first()) else {
        return conclude(Vec::new(), environments);
    };
    let is_known = live.iter().any(|(_, one)| deploys.iter().any(|(_, other)| one == other));
    if is_known {
        return conclude(Vec::new(), environments);
    }
    let finding = Finding::new(format!(
        "{} in {} uses the Supabase project {reference}, but {} in {} deploys to {deployed}",
        fact.name, fact.path, deploy.name, deploy.path
    ))
    .at(at(fact))
    .at(at(deploy))
    .key(key(deploy))
    .fix(format!("Link the project that the app uses: supabase link --project-ref {reference}."));
    conclude(vec![finding], environments)
}

/// Where the CLI deploys to.
fn is_deployment(fact: &Fact) -> bool {
    matches!(fact.name.as_str(), "project_id" | "project-ref" | "--project-ref")
        || fact.path.starts_with(".github/workflows/") && fact.name.starts_with("SUPABASE_PROJECT")
}

fn project(fact: &Fact) -> Option<&str> {
    match &fact.value {
        Value::SupabaseProject(project) | Value::SupabaseJwt { project: Some(project), .. } => Some(project),
        _ => None,
    }
}

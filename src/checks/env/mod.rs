//! Checks of the station `env`.

use super::Check;
use crate::{
    finding::{Finding, Place},
    seen::{Environments, Fact, Stage},
    verdict::Verdict,
};

mod dangerous_flag_in_production;
mod duplicate_key;
mod firebase_project_mismatch;
mod http_url_in_production;
mod live_key_in_development;
mod local_url_in_production;
mod missing_in_production;
mod placeholder_in_production;
mod public_prefix_on_secret;
mod real_value_in_example_file;
mod same_secret_in_two_environments;
mod stripe_mode_mismatch;
mod supabase_ref_mismatch;
mod supabase_service_role_in_client_variable;
mod test_key_in_production;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &dangerous_flag_in_production::CHECK,
    &duplicate_key::CHECK,
    &firebase_project_mismatch::CHECK,
    &http_url_in_production::CHECK,
    &live_key_in_development::CHECK,
    &local_url_in_production::CHECK,
    &missing_in_production::CHECK,
    &placeholder_in_production::CHECK,
    &public_prefix_on_secret::CHECK,
    &real_value_in_example_file::CHECK,
    &same_secret_in_two_environments::CHECK,
    &stripe_mode_mismatch::CHECK,
    &supabase_ref_mismatch::CHECK,
    &supabase_service_role_in_client_variable::CHECK,
    &test_key_in_production::CHECK,
];

/// Facts that hold in production.
fn production(environments: &Environments) -> impl Iterator<Item = &Fact> {
    environments.facts.iter().filter(|fact| fact.stage == Stage::Production)
}

/// The line with what may be shown of its value.
fn at(fact: &Fact) -> Place {
    Place::line_of(fact.path.clone(), fact.line, 1, format!("{}={}", fact.name, fact.shown))
}

/// Tells findings about different variables apart.
fn key(fact: &Fact) -> String {
    format!("{} {}", fact.path, fact.name)
}

/// Fails with the findings; without any, a file that could not be read may have held one.
fn conclude(findings: Vec<Finding>, environments: &Environments) -> Verdict {
    if !findings.is_empty() {
        return Verdict::Fail(findings);
    }
    if let Some(unread) = environments.missed.first() {
        return Verdict::inconclusive(unread.why.clone());
    }
    if environments.files.is_empty() {
        return Verdict::not_applicable("the repository has no files that configure an environment");
    }
    Verdict::Pass
}

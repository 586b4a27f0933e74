//! An Edge Function needs a variable that the project has no secret for.
//!
//! The function starts, and fails at the first request that needs it: for a payment that may be the first
//! customer. The names of the project's secrets are read from Supabase, never their values.
//!
//! ## Fix
//!
//! ```sh
//! supabase secrets set THE_NAME=…
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/functions/secrets>

use super::{by_account, cut, is_known_variable, other_provider};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Account, Environments, Observations, Reader, Use},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/deployed-secret-missing",
    title: "deployed functions need a secret that the project does not have",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account, Kind::Environments], judge),
    source: include_str!("deployed_secret_missing.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, &["supabase"], |account, environments| {
        let Account::Supabase(account) = account else { return other_provider() };
        let secrets = match account.secrets.as_ref() {
            Ok(secrets) => secrets,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        let has = |name: &str| secrets.iter().any(|secret| secret.name == name);
        let needed = needed(environments);
        let mut names: Vec<&Use> = needed.iter().copied().filter(|one| !has(&one.name)).collect();
        names.sort_by(|one, other| one.name.cmp(&other.name));
        names.dedup_by(|one, other| one.name == other.name);
        match (names.is_empty(), environments.code.cut) {
            (true, true) => Verdict::inconclusive(cut()),
            (true, false) if needed.is_empty() => Verdict::not_applicable("no function needs a secret"),
            _ => Verdict::from_findings(names.iter().map(|one| missing(one, &account.project)).collect()),
        }
    })
}

/// Read by functions, without a value of their own and not given by the platform.
fn needed(environments: &Environments) -> Vec<&Use> {
    let is_needed = |one: &&Use| {
        one.reader == Reader::Deno
            && !one.optional
            && !is_known_variable(&one.name)
            && one.path.contains("supabase/functions/")
    };
    environments.code.uses.iter().filter(is_needed).collect()
}

fn missing(one: &Use, project: &str) -> Finding {
    Finding::new(format!(
        "{} needs {}, and the project {project} has no secret of that name",
        one.path, one.name
    ))
    .at(Place::file(one.path.clone(), one.line))
    .at(Place::url(format!("https://supabase.com/dashboard/project/{project}/functions/secrets")))
    .key(one.name.clone())
    .fix(format!("Set {} with `supabase secrets set`, or take what needs it out.", one.name))
}

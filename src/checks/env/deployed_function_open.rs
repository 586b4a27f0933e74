//! A deployed function asks for other callers than `supabase/config.toml` says.
//!
//! Where the gateway asks for no token although the file says that it does, everybody may call the function.
//! The other way round, a provider's webhook is refused with 401 before the code runs. What was deployed by
//! hand, or with `--no-verify-jwt`, stays so until the next deploy.
//!
//! ## Fix
//!
//! Deploy the function again from the repository:
//! ```sh
//! supabase functions deploy the-function
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/functions/function-configuration>

use super::{by_account, other_provider};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Account, ClueKind, DeployedFunction, Environments, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/deployed-function-open",
    title: "a deployed function asks for other callers than its configuration",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account, Kind::Environments], judge),
    source: include_str!("deployed_function_open.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, &["supabase"], |account, environments| {
        let Account::Supabase(account) = account else { return other_provider() };
        let functions = match account.functions.as_ref() {
            Ok(functions) => functions,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        if let Some(unread) = environments.missed.iter().find(|unread| unread.path.ends_with("config.toml")) {
            return Verdict::inconclusive(unread.why.clone());
        }
        let differing =
            functions.iter().filter_map(|function| differs(function, environments, &account.project));
        Verdict::from_findings(differing.collect())
    })
}

fn differs(function: &DeployedFunction, environments: &Environments, project: &str) -> Option<Finding> {
    let gate = environments.clues.iter().find_map(|clue| match &clue.what {
        ClueKind::FunctionGate { function: named, verify } if *named == function.slug => {
            Some((clue, *verify))
        }
        _ => None,
    });
    // A function of which the file says nothing is asked for a token, if the repository has functions at all.
    let has_file = environments.files.iter().any(|file| file.path.ends_with("supabase/config.toml"));
    let wanted = gate.map(|(_, verify)| verify).or(has_file.then_some(true))?;
    if wanted == function.verify_jwt {
        return None;
    }
    let (what, severity) = if function.verify_jwt {
        ("asks for a token, which the file does not want: callers without one get 401", Severity::Medium)
    } else {
        ("is open to everybody, and the file wants a token", Severity::High)
    };
    let live = format!("https://supabase.com/dashboard/project/{project}/functions/{}", function.slug);
    Some(
        Finding::new(format!("the deployed function {} {what}", function.slug))
            .at(Place::url(live))
            .places(gate.map(|(clue, _)| Place::file(clue.path.clone(), clue.line)))
            .key(function.slug.clone())
            .severity(severity)
            .fix(format!(
                "Deploy {} again from the repository, or say in config.toml what is meant.",
                function.slug
            )),
    )
}

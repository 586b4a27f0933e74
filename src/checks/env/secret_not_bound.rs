//! A Cloud Function reads a secret that no function lists in its options.
//!
//! A secret of Secret Manager exists only in functions that are deployed with it. Elsewhere `.value()`
//! is the empty text and `process.env` has nothing: the payment provider answers 401, and a signature
//! is verified with an empty key.
//!
//! ## Fix
//!
//! List it in the options of every function that reads it:
//! ```ts
//! export const hook = onRequest({ secrets: [stripeKey] }, handler);
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/functions/config-env#secret_parameters>

use super::{conclude, nothing};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Clue, ClueKind, Environments, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/secret-not-bound",
    title: "a function reads a secret that nothing gives it",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("secret_not_bound.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut bound: Vec<&str> = Vec::new();
    let mut read: Vec<(&Clue, &str)> = Vec::new();
    for clue in &environments.clues {
        match &clue.what {
            ClueKind::SecretBound { name } => bound.push(name),
            ClueKind::SecretRead { name, optional: false } => read.push((clue, name)),
            _ => {}
        }
    }
    if read.is_empty() {
        return nothing(environments, "no function reads a secret parameter");
    }
    // A list that only a run would show may hold any of them.
    let is_open = bound.contains(&"*");
    let mut told = std::collections::BTreeSet::new();
    let unbound: Vec<Finding> = read
        .iter()
        .filter(|(_, name)| !bound.contains(name) && !is_open && told.insert(*name))
        .map(|(clue, name)| {
            Finding::new(format!(
                "{} reads the secret {name}, which no function lists in its options",
                clue.path
            ))
            .at(Place::file(clue.path.clone(), clue.line))
            .key((*name).to_owned())
            .fix(format!("Add it to the options of each function that reads it: secrets: [\"{name}\"]."))
        })
        .collect();
    let is_all_known = read.iter().all(|(_, name)| bound.contains(name));
    if unbound.is_empty() && !is_all_known {
        let why = "a function's list of secrets is made by code";
        return Verdict::inconclusive(Miss::Unsupported(why.to_owned()));
    }
    conclude(unbound, environments)
}

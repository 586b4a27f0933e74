//! A file defines a variable that no source and no other file names.
//!
//! It is left over, or it is misspelt here or where it was meant to be read. A secret that nobody needs
//! can still be stolen.
//!
//! ## Fix
//!
//! Delete the line, and revoke the secret if it is one.
//!
//! ## References
//!
//! - <https://12factor.net/config>

use super::{at, conclude, cut, is_known_variable, nothing};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/variable-unused",
    title: "a variable is defined and used nowhere",
    station: Station::Env,
    severity: Severity::Low,
    confidence: Confidence::Low,
    judge: Judge::Environments(judge),
    source: include_str!("variable_unused.rs"),
};

const NAMED: usize = 12;

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let code = &environments.code;
    if code.cut {
        return Verdict::inconclusive(cut());
    }
    if let Some(path) = code.computed.first() {
        return nothing(environments, &format!("{path} reads variables by names that only a run shows"));
    }
    if code.uses.is_empty() {
        return nothing(environments, "no source that is understood reads a variable");
    }
    let mut findings = Vec::new();
    for file in
        environments.files.iter().filter(|file| is_of_the_app(&file.path) && file.stage != Stage::Test)
    {
        let unused: Vec<&Fact> = environments
            .facts
            .iter()
            .filter(|fact| fact.path == file.path && code.unnamed.binary_search(&fact.name).is_ok())
            .filter(|fact| !is_known_variable(&fact.name))
            .collect();
        findings.extend(told(&file.path, &unused));
    }
    conclude(findings, environments)
}

/// Other files of variables belong to tools that read them by names of their own.
fn is_of_the_app(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with(".env") || name.starts_with(".dev.vars")
}

fn told(path: &str, unused: &[&Fact]) -> Option<Finding> {
    let mut names: Vec<&str> = unused.iter().map(|fact| fact.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let shown = names.get(..NAMED).unwrap_or(&names).join(", ");
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| {
        Finding::new(format!("{path} defines what nothing else names: {shown}{more}"))
            .places(unused.iter().take(NAMED).map(|fact| at(fact)))
            .key(path.to_owned())
            .fix("Delete what is left over, and mend what is misspelt.")
    })
}

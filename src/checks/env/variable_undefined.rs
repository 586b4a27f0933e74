//! Code reads a variable that no file, example, workflow or host's configuration names.
//!
//! The project lists its variables in an example file, and this one is missing there. Whoever sets up
//! production or a new machine by that list forgets it, and the code that needs it fails when it is
//! reached first: at a checkout, at a sign-in, in a mail.
//!
//! ## Fix
//!
//! Add the variable to the example file, and set it in every environment:
//! ```text
//! RESEND_API_KEY=
//! ```
//!
//! ## References
//!
//! - <https://12factor.net/config>

use std::collections::BTreeSet;

use super::{conclude, cut, folder, is_known_variable, nothing};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Environments, Reader, Stage, Use},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/variable-undefined",
    title: "code needs a variable that nothing defines",
    station: Station::Env,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("variable_undefined.rs"),
};

/// Names that one finding says.
const NAMED: usize = 12;

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let examples: Vec<&str> = environments
        .files
        .iter()
        .filter(|file| file.variables && file.stage == Stage::Example)
        .map(|file| file.path.as_str())
        .collect();
    if examples.is_empty() {
        return nothing(environments, "no example file lists the variables");
    }
    let defined: BTreeSet<&str> = environments.facts.iter().map(|fact| fact.name.as_str()).collect();
    let missing: Vec<&Use> = environments.code.uses.iter().filter(|one| is_missing(one, &defined)).collect();
    let mut findings = Vec::new();
    for example in &examples {
        let here: Vec<&Use> =
            missing.iter().copied().filter(|one| nearest(one, &examples) == Some(example)).collect();
        findings.extend(told(example, &here));
    }
    if findings.is_empty() && environments.code.cut {
        return Verdict::inconclusive(cut());
    }
    conclude(findings, environments)
}

fn told(example: &str, missing: &[&Use]) -> Option<Finding> {
    let mut names: Vec<&str> = missing.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return None;
    }
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let shown = names.get(..NAMED).unwrap_or(&names).join(", ");
    let finding =
        Finding::new(format!("code needs what neither {example} nor any other file defines: {shown}{more}"))
            .places(missing.iter().take(NAMED).map(|one| Place::file(one.path.clone(), one.line)))
            .key(example.to_owned())
            .fix(format!("Add {shown} to {example}, and set it in every environment."));
    Some(finding)
}

/// The code has no value of its own for it, the platform does not set it, and no file names it.
fn is_missing(one: &Use, defined: &BTreeSet<&str>) -> bool {
    !one.optional
        && matches!(one.reader, Reader::Node | Reader::Vite | Reader::Deno | Reader::Python | Reader::Dotenv)
        && !is_known_variable(&one.name)
        && one.name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && !defined.contains(one.name.as_str())
}

/// The example file of the nearest folder around the source.
fn nearest<'a>(one: &Use, examples: &'a [&'a str]) -> Option<&'a &'a str> {
    let around = examples.iter().filter(|example| {
        let folder = folder(example);
        folder.is_empty() || one.path.starts_with(&format!("{folder}/"))
    });
    around.max_by_key(|example| folder(example).len())
}

//! A variable is set twice in one file, with different values.
//!
//! Most readers take the last line and some take the first. Whoever edits the other one changes
//! nothing and does not notice.
//!
//! ## Fix
//!
//! Keep one of the lines.
//!
//! ## References
//!
//! - <https://github.com/motdotla/dotenv#faq>

use super::{at, conclude, key};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Environments,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/duplicate-key",
    title: "a variable is set twice in one file",
    station: Station::Env,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("duplicate_key.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut findings = Vec::new();
    let files = environments.files.iter().filter(|file| file.variables);
    for file in files {
        let mut first = std::collections::BTreeMap::new();
        for fact in environments.facts.iter().filter(|fact| fact.path == file.path) {
            let earlier = *first.entry(fact.name.as_str()).or_insert(fact);
            if earlier.class == fact.class {
                continue;
            }
            findings.push(
                Finding::new(format!(
                    "{} is set in lines {} and {} of {}, with different values",
                    fact.name, earlier.line, fact.line, fact.path
                ))
                .at(at(fact))
                .at(at(earlier))
                .key(key(fact))
                .fix(format!("Keep one of the two lines of {}.", fact.name)),
            );
        }
    }
    conclude(findings, environments)
}

//! A file of production says that it is another environment.
//!
//! Libraries and the product itself ask `NODE_ENV`, `APP_ENV` or `ENV` what they may do: send mail to
//! customers, take real money, hide an error's details. Production that believes to be development does
//! what development does.
//!
//! ## Fix
//!
//! ```text
//! APP_ENV=production
//! ```
//!
//! ## References
//!
//! - <https://nodejs.org/en/learn/getting-started/nodejs-the-difference-between-development-and-production>

use super::{at, conclude, effective, key};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::stage_of,
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/says-other-environment",
    title: "a file says that it is another environment",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("says_other_environment.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let said = effective(environments).into_iter().filter_map(|fact| {
        let Value::Says(stage) = fact.value else { return None };
        // The example for production is what production will be.
        let of = if fact.stage == Stage::Example { meant(&fact.path) } else { fact.stage };
        let severity = match (of, stage) {
            (Stage::Production, Stage::Development | Stage::Staging | Stage::Test) => Severity::Medium,
            // Builds of staging are builds for production to most tools.
            (Stage::Development | Stage::Test, Stage::Production) if !fact.name.ends_with("NODE_ENV") => {
                Severity::Low
            }
            _ => return None,
        };
        Some(
            Finding::new(format!(
                "{} in {} says {}, but the file is of {}",
                fact.name,
                fact.path,
                stage.words(),
                of.words()
            ))
            .at(at(fact))
            .key(key(fact))
            .severity(severity)
            .fix(format!("Set {} to {}.", fact.name, of.words())),
        )
    });
    conclude(said.collect(), environments)
}

/// The stage that an example's name says beside being one.
fn meant(path: &str) -> Stage {
    let mut path = path.to_owned();
    for word in [".example", ".sample", ".template", ".dist", "-example", "_example"] {
        path = path.replace(word, "");
    }
    stage_of(&path)
}

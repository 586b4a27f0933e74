//! A workflow that a pull request starts hands it secrets.
//!
//! With `pull_request_target` the secrets are there for strangers too: when the job checks out and runs
//! their code, they print them. With `pull_request` everybody who may push a branch can change the
//! workflow's code and read them; production's belong behind an environment with reviewers.
//!
//! ## Fix
//!
//! Run the code of a pull request without secrets, and let production's job wait for the branch:
//! ```yaml
//! on: { push: { branches: [main] } }
//! jobs:
//!   deploy:
//!     environment: production
//! ```
//!
//! ## References
//!
//! - <https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/>
//! - <https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments>

use super::conclude;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Clue, ClueKind, Environments},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/secret-in-pull-request",
    title: "a pull request gets secrets of production",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("secret_in_pull_request.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let findings = environments.clues.iter().filter_map(|clue| {
        let ClueKind::PullRequest { job, target, checkout, environment, secrets, deploys } = &clue.what
        else {
            return None;
        };
        if environment.is_some() {
            return None;
        }
        if *target && *checkout && !secrets.is_empty() {
            let what = "the code of any pull request runs with secrets";
            return Some(finding(clue, job, what, secrets).severity(Severity::Critical));
        }
        if let Some(command) = deploys.as_deref().filter(|_| *checkout && !secrets.is_empty()) {
            let what =
                format!("a pull request deploys its code before anybody merged it (`{command}`), with");
            return Some(finding(clue, job, &what, secrets));
        }
        let live: Vec<String> = secrets.iter().filter(|name| is_of_production(name)).cloned().collect();
        (!target && *checkout && !live.is_empty()).then(|| {
            finding(clue, job, "the code of a pull request runs with secrets of production", &live)
                .severity(Severity::Medium)
        })
    });
    conclude(findings.collect(), environments)
}

fn finding(clue: &Clue, job: &str, what: &str, secrets: &[String]) -> Finding {
    let names = secrets.iter().take(6).map(String::as_str).collect::<Vec<_>>().join(", ");
    Finding::new(format!("in the job {job} of {} {what}: {names}", clue.path))
        .at(Place::file(clue.path.clone(), clue.line))
        .key(format!("{} {job}", clue.path))
        .fix("Give these secrets to a job that starts on the main branch, in an environment with reviewers.")
}

fn is_of_production(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.split('_').any(|word| matches!(word, "PROD" | "PRODUCTION" | "LIVE"))
        || name.contains("SERVICE_ROLE")
}

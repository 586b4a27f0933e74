//! Nothing runs on a change before it reaches production.
//!
//! Without a workflow that builds and tests, the first to notice a broken change is a customer.
//!
//! ## Fix
//!
//! Add a workflow that builds, tests and audits on every pull request:
//! ```yaml
//! on: pull_request
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v4
//!       - run: npm ci && npm test
//! ```

use super::{cut, library};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/ci-missing",
    title: "no continuous integration",
    station: Station::Ops,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("ci_missing.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    if !repository.workflows.is_empty() {
        return Verdict::Pass;
    }
    if let Some(verdict) = cut(repository).or_else(|| library(repository)) {
        return verdict;
    }
    Verdict::fail(
        Finding::new(format!("no CI workflow was found, although {} is deployed from here", repository.deployed.join(", ")))
            .key("ci")
            .fix("add a workflow that builds and tests every change")
            .patch(Patch::Snippet {
                language: "yaml".to_owned(),
                text: "on: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n".to_owned(),
            }),
    )
}

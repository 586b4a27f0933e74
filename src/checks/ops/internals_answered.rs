//! A handler answers with an error's stack or with its environment.
//!
//! A stack names files, libraries and versions, and sometimes values. The environment holds every key that
//! the server has.
//!
//! ## Fix
//!
//! Log the details, and answer with a code that support can look up:
//! ```ts
//! console.error(requestId, error);
//! return Response.json({ error: "internal", request: requestId }, { status: 500 });
//! ```
//!
//! ## References
//!
//! - <https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html>

use super::{at, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/internals-answered",
    title: "an answer tells how the server is made",
    station: Station::Ops,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("internals_answered.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let operation = &repository.operation;
    let findings = operation.answers.iter().map(|noted| {
        let severity = if noted.what == "the environment" { Severity::High } else { Severity::Medium };
        Finding::new(format!("{} answers with {}", noted.path, noted.what))
            .at(at(&noted.path, noted.line))
            .severity(severity)
            .key(format!("{} {}", noted.path, noted.line))
            .fix("log the details, and answer with a code that support can look up")
    });
    sources(repository, findings.collect(), operation.sources > 0, "no server source was found")
}

//! A server writes who its customers are, or a credential, into its logs.
//!
//! Logs are read by more people and kept for longer than the database, and no customer's request for
//! deletion reaches them. A token in them is a way in for whoever reads along.
//!
//! ## Fix
//!
//! Log an id of the request, the kind of event and the outcome; where a person matters, a hash of the id:
//! ```ts
//! console.log(JSON.stringify({ event: "ticket.created", request: requestId, user: hash(user.id), status: 201 }));
//! ```
//!
//! ## References
//!
//! - <https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude>

use super::{at, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Noted, Repository},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/personal-data-logged",
    title: "customers or credentials are written into the logs",
    station: Station::Ops,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("personal_data_logged.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let operation = &repository.operation;
    let mut findings = Vec::new();
    for group in operation.logs.chunk_by(|one, other| one.path == other.path) {
        let (credentials, persons): (Vec<&Noted>, Vec<&Noted>) =
            group.iter().partition(|noted| noted.what.starts_with("credential "));
        findings.extend(finding(&credentials, "a credential", Severity::Medium));
        findings.extend(finding(&persons, "who the customer is", Severity::Low));
    }
    sources(repository, findings, operation.sources > 0, "no server source was found")
}

fn finding(lines: &[&Noted], what: &str, severity: Severity) -> Option<Finding> {
    let first = lines.first()?;
    let name = first.what.split_once(' ').map_or("", |(_, name)| name);
    let more = if lines.len() > 1 { format!(" and {} more", lines.len() - 1) } else { String::new() };
    Some(
        Finding::new(format!("{} writes {what} into the logs: {name}{more}", first.path))
            .places(lines.iter().map(|noted| at(&noted.path, noted.line)))
            .severity(severity)
            .key(format!("{} {what}", first.path))
            .fix(
                "log the request's id, the kind of event and the outcome, and a hash where a person matters",
            ),
    )
}

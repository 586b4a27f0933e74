//! A request that changes something at another company's server, and nobody looks whether it worked.
//!
//! `fetch` and Python's `requests` do not throw for a 401, a 429 or a 500. Where the status is not read,
//! a contact that was never updated looks like one that was, and the two systems drift apart in silence.
//!
//! ## Fix
//!
//! Look at the status before going on, and let the failure be seen:
//! ```ts
//! const response = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout(10_000) });
//! if (!response.ok) throw new Error(`CRM answered ${response.status}`);
//! ```

use super::{at, listed, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/call-status-ignored",
    title: "the answer of another company's server is not looked at",
    station: Station::Ops,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("call_status_ignored.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let operation = &repository.operation;
    let ignored: Vec<_> = operation.calls.iter().filter(|call| call.writes && !call.checked).collect();
    let mut findings = Vec::new();
    for group in ignored.chunk_by(|a, b| a.path == b.path) {
        let mut hosts: Vec<&str> =
            group.iter().map(|call| call.crm.as_deref().unwrap_or(call.host.as_str())).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let known = group.iter().any(|call| call.crm.is_some());
        let finding = Finding::new(format!(
            "{} sends changes to {} and nothing depends on whether they were taken",
            group[0].path,
            listed(&hosts)
        ))
        .places(group.iter().map(|call| at(&call.path, call.line)))
        .severity(if known { Severity::Medium } else { Severity::Low })
        .key(group[0].path.clone())
        .fix("check the answer's status, and let a failure be retried or reported");
        findings.push(finding);
    }
    sources(
        repository,
        findings,
        operation.calls.iter().any(|call| call.writes),
        "no request to another company's server was found",
    )
}

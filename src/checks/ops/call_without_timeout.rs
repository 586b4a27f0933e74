//! A request to another company's server has no time limit.
//!
//! When the other side accepts the connection and does not answer, the function waits until the platform
//! ends it. A webhook's sender sees a timeout and sends the event again, and everything is done twice.
//!
//! ## Fix
//!
//! Give every request an end:
//! ```ts
//! await fetch(url, { signal: AbortSignal.timeout(10_000) });
//! ```
//! ```python
//! requests.post(url, json=body, timeout=10)
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
    id: "ops/call-without-timeout",
    title: "a request to another company's server may wait for ever",
    station: Station::Ops,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("call_without_timeout.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let operation = &repository.operation;
    let endless: Vec<_> = operation.calls.iter().filter(|call| !call.bounded).collect();
    let mut findings = Vec::new();
    if !endless.is_empty() {
        let mut hosts: Vec<&str> = endless.iter().map(|call| call.host.as_str()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let count = endless.len();
        let message = match count {
            1 => format!("a request to {} has no time limit", listed(&hosts)),
            _ => format!("{count} requests to {} have no time limit", listed(&hosts)),
        };
        findings.push(
            Finding::new(message)
                .places(endless.iter().map(|call| at(&call.path, call.line)))
                .key("timeout")
                .fix("give each request a signal or a timeout of some seconds"),
        );
    }
    sources(
        repository,
        findings,
        !operation.calls.is_empty(),
        "no request to another company's server was found",
    )
}

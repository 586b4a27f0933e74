//! The address that customers write to is somebody's private inbox.
//!
//! Nobody else sees what arrives there, nothing is counted, and when that person leaves, the history of
//! every customer leaves with them. Customers' data in a private account also needs a reason in law.
//!
//! ## Fix
//!
//! Use an address of the product's own domain that a shared inbox or a ticket system reads.

use super::{at, listed, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/support-mail-personal",
    title: "support mail goes to a private inbox",
    station: Station::Ops,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("support_mail_personal.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let inboxes = &repository.operation.inboxes;
    let mut findings = Vec::new();
    if !inboxes.is_empty() {
        let mut shown: Vec<&str> = inboxes.iter().map(|inbox| inbox.what.as_str()).collect();
        shown.sort_unstable();
        shown.dedup();
        findings.push(
            Finding::new(format!("mail of customers goes to the private inbox {}", listed(&shown)))
                .places(inboxes.iter().map(|inbox| at(&inbox.path, inbox.line)))
                .key("inbox")
                .fix("use an address of the product's own domain that several people read"),
        );
    }
    sources(repository, findings, repository.operation.sources > 0, "no request handler of its own was found")
}

//! An endpoint opens tickets or sends messages for everybody, and no limit was recognised.
//!
//! Whoever finds it fills the support queue, or makes the product send thousands of messages to strangers,
//! which costs money and the domain's reputation.
//!
//! ## Fix
//!
//! Limit by address and by recipient in a store that all instances share, and ask for a captcha where no
//! account is needed. A limit at the CDN serves too; answer for it in the hand-over checklist.

use super::{at, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/intake-unlimited",
    title: "anybody may send messages through an endpoint",
    station: Station::Ops,
    severity: Severity::Info,
    confidence: Confidence::Low,
    judge: Judge::Repository(judge),
    source: include_str!("intake_unlimited.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let open = repository.operation.intakes.iter().filter(|intake| !intake.signed_in && !intake.limited);
    let findings = open.map(|intake| {
        Finding::new(format!(
            "no limit was recognised in {}, which sends or stores messages for anybody",
            intake.path
        ))
        .at(at(&intake.path, intake.line))
        .key(intake.path.clone())
        .fix("limit requests by address and recipient, or put a captcha before it")
    });
    sources(
        repository,
        findings.collect(),
        !repository.operation.intakes.is_empty(),
        "no endpoint that opens tickets or sends messages was recognised",
    )
}

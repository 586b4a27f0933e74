//! The handler's source has merge markers or broken syntax.
//!
//! A file with a conflict in it does not compile: either the deployment fails, or an older version keeps
//! running and nobody notices that this one never went out.
//!
//! ## Fix
//!
//! Resolve the conflict, and build before the launch:
//! ```sh
//! git diff --check && npx tsc --noEmit
//! ```

use super::{Shown, handler_of, outcome};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Webhook,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/broken-source",
    title: "handler cannot be parsed",
    station: Station::Webhook,
    severity: Severity::Critical,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("broken_source.rs"),
};

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let handler = match handler_of(Some(webhook)) {
        Ok(handler) => handler,
        Err(verdict) => return verdict,
    };
    let findings = handler.broken.iter().map(|spot| {
        let shown = Shown(handler, spot);
        Finding::new(format!("{shown} has {}", spot.what))
            .places(shown.places())
            .key(shown.key())
            .fix("resolve the conflict or the syntax error, and build the project")
    });
    outcome(handler, findings.collect())
}

//! In an endpoint for administrators nothing was recognised that asks who calls.
//!
//! A path that nobody links to is found all the same: by a search in the bundle, by a guess, by whoever has
//! left the company.
//!
//! ## Fix
//!
//! Verify the session, and ask for the role on the server:
//! ```ts
//! const { data: { user } } = await supabase.auth.getUser(token);
//! if (user?.app_metadata.role !== "admin") return new Response("forbidden", { status: 403 });
//! ```
//!
//! ## References
//!
//! - <https://owasp.org/Top10/A01_2021-Broken_Access_Control/>

use super::{at, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/admin-route-open",
    title: "an endpoint for administrators asks nobody who they are",
    station: Station::Ops,
    severity: Severity::Medium,
    confidence: Confidence::Low,
    judge: Judge::Repository(judge),
    source: include_str!("admin_route_open.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let admins = &repository.operation.admins;
    let findings = admins.iter().filter(|admin| !admin.limited).map(|admin| {
        let (what, severity) = if admin.signed_in {
            ("asks who calls, and not for a role", Severity::Low)
        } else {
            ("asks nobody who they are", Severity::Medium)
        };
        Finding::new(format!("{}, an endpoint for administrators by its path, {what}", admin.path))
            .at(at(&admin.path, admin.line))
            .severity(severity)
            .key(admin.path.clone())
            .fix("verify the session and ask for the role on the server")
    });
    sources(
        repository,
        findings.collect(),
        !admins.is_empty(),
        "no endpoint for administrators was recognised",
    )
}

//! `gonogo.toml` names nobody who answers for payments, DNS, hosting or support.
//!
//! When something breaks on the launch day, the first hour is lost on finding out who can log in where.
//!
//! ## Fix
//!
//! Name a person or a team for each external system:
//! ```toml
//! [owners]
//! dns = "Alice"
//! payments = "Bob"
//! hosting = "platform team"
//! ```

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/owners-undeclared",
    title: "nobody is named for the external systems",
    station: Station::Ops,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Repository(judge),
    source: include_str!("owners_undeclared.rs"),
};

fn judge(_repository: &Repository, context: &Context<'_>) -> Verdict {
    let target = context.target;
    let Some(config) = &target.config else {
        return Verdict::not_applicable("there is no gonogo.toml to name owners in");
    };
    if !target.owners.is_empty() {
        return Verdict::Pass;
    }
    Verdict::fail(
        Finding::new(format!("{config} names no owner of any external system"))
            .at(Place::file(config.clone(), 1))
            .key("owners")
            .fix("add an `[owners]` table that names who answers for DNS, payments, hosting and support")
            .patch(Patch::Snippet {
                language: "toml".to_owned(),
                text: "[owners]\ndns = \"…\"\npayments = \"…\"\nhosting = \"…\"\nsupport = \"…\"\n"
                    .to_owned(),
            }),
    )
}

//! Files whose change can cost money or data have no owner who must review it.
//!
//! A webhook handler, security rules or a migration decide who pays, who reads and what is kept. With a
//! CODEOWNERS file and a branch rule that requires its review, nobody changes them alone by accident.
//!
//! ## Fix
//!
//! Name an owner for each path, and require the review of code owners on the main branch:
//! ```text
//! /supabase/migrations/  @example/backend
//! /firestore.rules       @example/backend
//! ```
//!
//! ## References
//!
//! - <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>

use super::cut;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{CriticalPath, Repository},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/codeowners-missing-critical-paths",
    title: "critical paths without a code owner",
    station: Station::Ops,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("codeowners_missing_critical_paths.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    if repository.critical.is_empty() {
        return match cut(repository) {
            Some(verdict) => verdict,
            None => Verdict::not_applicable("no payment handler, security rules or migrations were found"),
        };
    }
    let without: Vec<&CriticalPath> = repository.critical.iter().filter(|path| !path.owned).collect();
    if without.is_empty() {
        return Verdict::Pass;
    }
    if repository.codeowners.is_none() && repository.cut
        || repository.codeowners.as_ref().is_some_and(|owners| owners.cut)
    {
        return cut(repository).unwrap_or_else(|| super::undecided("CODEOWNERS is longer than was read"));
    }
    let names: Vec<String> =
        without.iter().take(5).map(|path| format!("{} ({})", path.path, path.what)).collect();
    let more = if without.len() > names.len() {
        format!(" and {} more", without.len() - names.len())
    } else {
        String::new()
    };
    let message = match &repository.codeowners {
        Some(owners) => format!("{} names nobody for {}{more}", owners.path, names.join(", ")),
        None => format!("there is no CODEOWNERS file, and nobody is named for {}{more}", names.join(", ")),
    };
    let lines: Vec<String> =
        without.iter().take(50).map(|path| format!("/{}  @OWNER\n", path.path)).collect();
    Verdict::fail(
        Finding::new(message)
            .places(without.iter().map(|path| Place::file(path.path.clone(), 1)))
            .key("codeowners")
            .fix("name an owner for each of them in CODEOWNERS and require that owner's review")
            .patch(Patch::Snippet { language: "text".to_owned(), text: lines.concat() }),
    )
}

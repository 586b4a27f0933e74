//! A migration of the repository was not applied to the deployed project, or the other way round.
//!
//! The code asks for a column that is not there, or a policy that closes a table exists in the file alone. A
//! migration that only the project has was made by hand, and is lost with it.
//!
//! ## Fix
//!
//! ```sh
//! supabase migration list     # what is where
//! supabase db push            # applies what is missing
//! supabase db pull            # writes down what only the project has
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/deployment/database-migrations>

use super::{by_account, listed, other_provider};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Account, Database, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/migrations-pending",
    title: "the deployed database has other migrations than the repository",
    station: Station::Ops,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account, Kind::Database], judge),
    source: include_str!("migrations_pending.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, "supabase", |account| {
        let Account::Supabase(account) = account else { return other_provider() };
        let applied = match account.migrations.as_ref() {
            Ok(applied) => applied,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        let databases: Vec<&Database> =
            seen.databases.values().filter_map(|database| database.got()).collect();
        let [database] = databases.as_slice() else {
            return Verdict::not_applicable("the repository has no migrations, or those of several projects");
        };
        let written: Vec<(&str, &str)> = database
            .migrations
            .iter()
            .filter_map(|file| Some((version(&file.path)?, file.path.as_str())))
            .collect();
        let pending: Vec<_> =
            written.iter().filter(|(version, _)| !applied.iter().any(|known| known == version)).collect();
        let foreign: Vec<&str> = applied
            .iter()
            .map(String::as_str)
            .filter(|known| !written.iter().any(|(version, _)| version == known))
            .collect();
        let mut findings = Vec::new();
        if let Some((_, last)) = pending.last() {
            let names: Vec<&str> = pending.iter().map(|(version, _)| *version).collect();
            findings.push(
                Finding::new(format!("migrations of the repository are not applied: {}", listed(&names)))
                    .at(Place::file((*last).to_owned(), 1))
                    .key("pending")
                    .fix("apply them with `supabase db push`"),
            );
        }
        if !foreign.is_empty() {
            findings.push(
                Finding::new(format!("the project has migrations that no file holds: {}", listed(&foreign)))
                    .at(Place::url(format!(
                        "https://supabase.com/dashboard/project/{}/database/migrations",
                        account.project
                    )))
                    .key("foreign")
                    .severity(Severity::Low)
                    .fix("write them down with `supabase db pull`"),
            );
        }
        Verdict::from_findings(findings)
    })
}

/// The digits that a migration's file begins with.
fn version(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    let end = name.find(|letter: char| !letter.is_ascii_digit())?;
    (end >= 8).then(|| &name[..end])
}

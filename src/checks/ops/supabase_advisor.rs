//! Supabase's own advisor calls something in the deployed project an error.
//!
//! The advisor looks at the database as it is, not as the migrations say: a table that somebody made by hand
//! in the dashboard is in no file.
//!
//! ## Fix
//!
//! Follow what the advisor says about each, and put the change into a migration.
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/database-advisors>

use super::{by_account, other_provider};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Account, Advice, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/supabase-advisor",
    title: "the platform itself warns of the project",
    station: Station::Ops,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("supabase_advisor.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, "supabase", |account| {
        let Account::Supabase(account) = account else { return other_provider() };
        match account.advisors.as_ref() {
            Ok(advisors) => Verdict::from_findings(told(advisors, &account.project)),
            Err(miss) => Verdict::inconclusive(miss.clone()),
        }
    })
}

/// One finding a kind of advice.
fn told(advisors: &[Advice], project: &str) -> Vec<Finding> {
    let mut kinds: std::collections::BTreeMap<(&str, &str), Vec<&str>> = std::collections::BTreeMap::new();
    for advice in advisors.iter().filter(|advice| advice.level != "INFO") {
        kinds.entry((&advice.level, &advice.name)).or_default().push(&advice.about);
    }
    let finding = |((level, name), mut about): ((&str, &str), Vec<&str>)| {
        about.retain(|about| !about.is_empty());
        let of = if about.is_empty() { String::new() } else { format!(" of {}", super::listed(&about)) };
        Finding::new(format!("Supabase's advisor warns{of}: {}", name.replace('_', " ")))
            .at(Place::url(format!("https://supabase.com/dashboard/project/{project}/advisors/security")))
            .key(name.to_owned())
            .severity(if level == "ERROR" { Severity::High } else { Severity::Low })
            .fix("follow the advisor, and put the change into a migration")
    };
    kinds.into_iter().map(finding).collect()
}

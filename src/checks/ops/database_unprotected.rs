//! The production database accepts connections without encryption, or has no backup.
//!
//! A password that crosses the internet in the clear is anybody's who listens. And without a copy, one wrong
//! `delete` or a deleted project ends the business.
//!
//! ## Fix
//!
//! Switch on "Enforce SSL" under Database → Settings, and daily backups or point-in-time recovery under
//! Database → Backups.
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/platform/ssl-enforcement>
//! - <https://supabase.com/docs/guides/platform/backups>

use super::{by_account, other_provider};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Account, Observations, SupabaseAccount},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/database-unprotected",
    title: "the database takes connections in the clear, or nothing copies it",
    station: Station::Ops,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("database_unprotected.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, "supabase", |account| {
        let Account::Supabase(account) = account else { return other_provider() };
        let findings = faults(account);
        match (findings.is_empty(), account.ssl_enforced.as_ref(), account.backups.as_ref()) {
            (true, Err(miss), _) | (true, _, Err(miss)) => Verdict::inconclusive(miss.clone()),
            _ => Verdict::from_findings(findings),
        }
    })
}

fn faults(account: &SupabaseAccount) -> Vec<Finding> {
    let finding = |key: &str, message: &str, page: &str, severity: Severity| {
        Finding::new(message)
            .at(Place::url(format!(
                "https://supabase.com/dashboard/project/{}/database/{page}",
                account.project
            )))
            .key(key.to_owned())
            .severity(severity)
            .fix("switch it on in the project's database settings, and try a restore once")
    };
    let mut findings = Vec::new();
    if account.ssl_enforced.as_ref() == Ok(&false) {
        findings.push(finding(
            "ssl",
            "the database accepts connections without encryption",
            "settings",
            Severity::Low,
        ));
    }
    if account.backups.as_ref().is_ok_and(|backups| !backups.point_in_time && backups.count == 0) {
        findings.push(finding(
            "backup",
            "the project has no backup of its database",
            "backups",
            Severity::Medium,
        ));
    }
    findings
}

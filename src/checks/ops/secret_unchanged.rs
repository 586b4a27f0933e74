//! A secret of the project was last set more than 90 days ago.
//!
//! Keys end up in logs, laptops and the notes of people who have left. Only the names and the dates are read.
//!
//! ## Fix
//!
//! Make a new secret at its provider, set it, and disable the old one:
//! ```sh
//! supabase secrets set THE_NAME=…
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/functions/secrets>

use super::{by_account, listed, other_provider};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Account, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/secret-unchanged",
    title: "a stored secret is older than 90 days",
    station: Station::Ops,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("secret_unchanged.rs"),
};

/// A quarter.
const HOLDS_DAYS: i64 = 90;

fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, "supabase", |account| {
        let Account::Supabase(account) = account else { return other_provider() };
        let secrets = match account.secrets.as_ref() {
            Ok(secrets) => secrets,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        // The platform sets its own, and changes them with the project's keys.
        let own = secrets.iter().filter(|secret| !secret.name.starts_with("SUPABASE_"));
        let dated: Vec<_> = own.filter_map(|secret| Some((secret, secret.updated?))).collect();
        let age = |moment: jiff::Timestamp| (context.now.as_second() - moment.as_second()) / 86_400;
        let old: Vec<&str> = dated
            .iter()
            .filter(|(_, moment)| age(*moment) > HOLDS_DAYS)
            .map(|(secret, _)| secret.name.as_str())
            .collect();
        if old.is_empty() {
            return if dated.is_empty() {
                Verdict::not_applicable("the project has no secret with a date")
            } else {
                Verdict::Pass
            };
        }
        Verdict::fail(
            Finding::new(format!("{} were last set more than {HOLDS_DAYS} days ago", listed(&old)))
                .at(Place::url(format!(
                    "https://supabase.com/dashboard/project/{}/functions/secrets",
                    account.project
                )))
                .key("secrets")
                .fix("make new ones at their providers, set them, and disable the old ones"),
        )
    })
}

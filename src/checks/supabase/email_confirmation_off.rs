//! Accounts work before their e-mail address is confirmed.
//!
//! `enable_confirmations = false` lets anybody sign up with the address of somebody else. Whatever
//! trusts the address (invitations, `auth.email()` in policies, matching customers) trusts a claim.
//! The file configures local development, and the project itself once `supabase config push` runs.
//!
//! ## Fix
//!
//! ```toml
//! [auth.email]
//! enable_confirmations = true
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/local-development/cli/config#auth.email.enable_confirmations>

use super::at_setting;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/email-confirmation-off",
    title: "e-mail addresses are not confirmed",
    station: Station::Supabase,
    severity: Severity::Low,
    confidence: Confidence::Low,
    judge: Judge::Database(judge),
    source: include_str!("email_confirmation_off.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let Some(config) = &database.config else {
        return Verdict::not_applicable("no supabase/config.toml beside the migrations");
    };
    if let Some(miss) = &config.missed {
        return Verdict::inconclusive(miss.clone());
    }
    let Some(setting) =
        database.setting("auth.email.enable_confirmations").filter(|it| it.values == ["false"])
    else {
        return Verdict::Pass;
    };
    let place = at_setting(database, setting);
    Verdict::fail(
        Finding::new("enable_confirmations is false: an account works before its address is confirmed")
            .at(place)
            .fix("Set enable_confirmations = true under [auth.email], and check the setting of the live project.")
            .patch(Patch::Line {
                path: config.path.clone(),
                line: setting.line,
                new: "enable_confirmations = true".to_owned(),
            }),
    )
}

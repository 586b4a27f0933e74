//! Passwords may be very short.
//!
//! Supabase accepts six characters unless told otherwise; NIST asks for eight at the least, and
//! fifteen where the password is the only factor. The file configures local development, and the
//! project itself once `supabase config push` runs.
//!
//! ## Fix
//!
//! ```toml
//! [auth]
//! minimum_password_length = 12
//! ```
//!
//! ## References
//!
//! - <https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver>
//! - <https://supabase.com/docs/guides/auth/password-security>

use super::at_setting;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Severity},
    seen::{Database, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/short-password",
    title: "passwords may be shorter than eight characters",
    station: Station::Supabase,
    severity: Severity::Low,
    confidence: Confidence::Low,
    judge: Judge::Database(judge),
    source: include_str!("short_password.rs"),
};

const LEAST: u32 = 8;

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let Some(config) = &database.config else {
        return Verdict::not_applicable("no supabase/config.toml beside the migrations");
    };
    if let Some(miss) = &config.missed {
        return Verdict::inconclusive(miss.clone());
    }
    let Some(setting) = database.setting("auth.minimum_password_length") else {
        return Verdict::not_applicable("the configuration says nothing about passwords");
    };
    let Some(length) = setting.values.first().and_then(|length| length.parse::<u32>().ok()) else {
        return Verdict::inconclusive(Miss::Malformed(
            "auth.minimum_password_length is no number".to_owned(),
        ));
    };
    if length >= LEAST {
        return Verdict::Pass;
    }
    let place = at_setting(database, setting);
    Verdict::fail(
        Finding::new(format!("passwords of {length} characters are accepted"))
            .at(place)
            .fix("Set minimum_password_length to 12, and check the setting of the live project.")
            .patch(Patch::Line {
                path: config.path.clone(),
                line: setting.line,
                new: "minimum_password_length = 12".to_owned(),
            }),
    )
}

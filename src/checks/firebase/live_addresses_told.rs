//! The sign-in tells whether an address has an account.
//!
//! Without protection against enumeration the sign-in answers differently for an address that is known and one
//! that is not. Lists of addresses can be sorted that way into customers and others, for phishing and for
//! trying passwords. Projects from before September 2023 have to switch the protection on.
//!
//! ## Fix
//!
//! Authentication → Settings → User actions → Email enumeration protection. Clients that call
//! `fetchSignInMethodsForEmail` get an empty list afterwards.
//!
//! ## References
//!
//! - <https://cloud.google.com/identity-platform/docs/admin/email-enumeration-protection>

use super::live::{by_part, finding};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Severity},
    seen::Observations,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/live-addresses-told",
    title: "the sign-in tells who has an account",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("live_addresses_told.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_part(
        seen,
        |project| &project.sign_in,
        |project, sign_in| {
            if !sign_in.password {
                return Verdict::not_applicable("nobody signs in with an address and a password");
            }
            if sign_in.addresses_hidden {
                return Verdict::Pass;
            }
            let message = format!("{} tells anybody whether an address has an account", project.project);
            let fix = "Switch on email enumeration protection.";
            Verdict::fail(finding(project, "authentication/settings", message, fix))
        },
    )
}

//! A sign-in of the live project may be sent to `localhost`.
//!
//! A new project authorises `localhost`, for development. In the project that customers use, whatever listens
//! on a port of somebody's machine can then start a sign-in in the product's name and receive its result.
//!
//! ## Fix
//!
//! Take `localhost` and `127.0.0.1` out under Authentication → Settings → Authorized domains, and develop
//! against a project of its own or the emulator.
//!
//! ## References
//!
//! - <https://firebase.google.com/support/guides/launch-checklist>

use super::live::{by_part, finding};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Severity},
    seen::Observations,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/live-domain-local",
    title: "the live project trusts localhost",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("live_domain_local.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_part(
        seen,
        |project| &project.sign_in,
        |project, sign_in| {
            let is_local = |domain: &&String| ["localhost", "127.0.0.1"].contains(&domain.as_str());
            let Some(local) = sign_in.domains.iter().find(is_local) else { return Verdict::Pass };
            let message = format!("{} sends a sign-in back to {local}", project.project);
            let fix = "Take the address out of the authorized domains of the project that customers use.";
            Verdict::fail(finding(project, "authentication/settings", message, fix))
        },
    )
}

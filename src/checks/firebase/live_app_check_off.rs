//! App Check is not enforced for a product that has rules.
//!
//! Without it everybody who reads the keys out of the client can talk to the database by script, within what
//! the rules give to an account. To start App Check in the clients changes nothing until it is enforced.
//!
//! ## Fix
//!
//! Watch the share of verified requests under App Check → APIs, then press Enforce.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/app-check/enable-enforcement>

use super::live::{by_part, finding, in_repository};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Severity},
    seen::Observations,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/live-app-check-off",
    title: "App Check is not enforced",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account, Kind::Firestore, Kind::Realtime], judge),
    source: include_str!("live_app_check_off.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_part(
        seen,
        |project| &project.enforced,
        |project, enforced| {
            let used = [
                ("firestore.googleapis.com", !in_repository(seen, "cloud.firestore").is_empty()),
                ("firebasestorage.googleapis.com", !in_repository(seen, "firebase.storage").is_empty()),
                ("firebasedatabase.googleapis.com", !seen.realtime.is_empty()),
            ];
            let used: Vec<&str> =
                used.iter().filter(|(_, is_used)| *is_used).map(|(service, _)| *service).collect();
            let open: Vec<&str> =
                used.iter().copied().filter(|service| !enforced.contains(*service)).collect();
            if used.is_empty() {
                return Verdict::not_applicable("the repository has rules for none of its products");
            }
            if open.is_empty() {
                return Verdict::Pass;
            }
            let message = format!("{} answers without App Check for {}", project.project, open.join(", "));
            let fix = "Enforce App Check once nearly all requests are verified.";
            Verdict::fail(finding(project, "appcheck/products", message, fix))
        },
    )
}

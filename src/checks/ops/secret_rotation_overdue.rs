//! By the dates in `gonogo.toml`, a secret is older than 90 days.
//!
//! Keys end up in logs, laptops and the notes of people who have left. Replacing them each quarter ends
//! what leaked without being seen, and shows that replacing works before it must.
//!
//! ## Fix
//!
//! Make a new secret at the provider, set it in production, disable the old one, and write the day down:
//! ```toml
//! [rotated]
//! STRIPE_WEBHOOK_SECRET = 2026-11-01
//! ```

use jiff::tz::TimeZone;

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Repository},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/secret-rotation-overdue",
    title: "a secret was not replaced for more than 90 days",
    station: Station::Ops,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Repository(judge),
    source: include_str!("secret_rotation_overdue.rs"),
};

/// A quarter.
const HOLDS_DAYS: i32 = 90;

fn judge(_repository: &Repository, context: &Context<'_>) -> Verdict {
    let rotated = &context.target.rotated;
    if rotated.is_empty() {
        return Verdict::not_applicable("gonogo.toml says of no secret when it was replaced");
    }
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let mut findings = Vec::new();
    for secret in rotated {
        let days = secret.date.until(today).map_or(i32::MAX, |span| span.get_days());
        if days < 0 {
            let why = format!("the date of {} in gonogo.toml is ahead of today", secret.name);
            return Verdict::inconclusive(Miss::Unsupported(why));
        }
        if days > HOLDS_DAYS {
            let message = format!("{} was last replaced on {}, {days} days ago", secret.name, secret.date);
            let place: Option<Place> = secret.place.clone();
            findings.push(
                Finding::new(message)
                    .places(place)
                    .key(secret.name.clone())
                    .fix("replace the secret at its provider and write the day into gonogo.toml"),
            );
        }
    }
    Verdict::from_findings(findings)
}

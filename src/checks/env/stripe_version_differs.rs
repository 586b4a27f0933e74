//! Sources of one repository tell Stripe to speak different versions of its API.
//!
//! The same object then has different fields in different places: what the checkout writes, the webhook
//! does not find.
//!
//! ## Fix
//!
//! Make the client in one place, and import it:
//! ```ts
//! export const stripe = new Stripe(key, { apiVersion: "2025-09-30.clover" });
//! ```
//!
//! ## References
//!
//! - <https://docs.stripe.com/api/versioning>

use super::conclude;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{ClueKind, Environments},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/stripe-version-differs",
    title: "sources speak different versions of one API",
    station: Station::Env,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("stripe_version_differs.rs"),
};

/// So many places are told.
const PLACES: usize = 30;

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut versions: std::collections::BTreeMap<&str, Vec<Place>> = std::collections::BTreeMap::new();
    for clue in &environments.clues {
        if let ClueKind::ApiVersion { version, .. } = &clue.what {
            versions.entry(version).or_default().push(Place::file(clue.path.clone(), clue.line));
        }
    }
    if versions.len() < 2 {
        return conclude(Vec::new(), environments);
    }
    let names = versions.keys().copied().collect::<Vec<_>>().join(", ");
    // The first of each version comes first, and then the rest.
    let first = versions.values().filter_map(|places| places.first().cloned());
    let rest = versions.values().flat_map(|places| places.iter().skip(1).cloned());
    let finding = Finding::new(format!("Stripe is spoken to in {} versions: {names}", versions.len()))
        .places(first.chain(rest).take(PLACES))
        .key("stripe")
        .fix("Make one client with one version, and import it everywhere.");
    conclude(vec![finding], environments)
}

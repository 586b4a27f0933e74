//! Events of the last 30 days were not delivered.
//!
//! Stripe tries for three days and then gives up: what those events would have done is not done. A few of one kind are often one fault of one handler; many of all kinds are an endpoint that answers with errors.
//!
//! ## Fix
//!
//! Look at the answers under Developers → Webhooks, mend the handler, and send the events again: `stripe events resend EVENT --webhook-endpoint ENDPOINT`.
//!
//! ## References
//!
//! - <https://docs.stripe.com/webhooks/process-undelivered-events>

use super::by_stripe;
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::Observations,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/stripe-events-undelivered",
    title: "events were not delivered",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("stripe_events_undelivered.rs"),
};

/// So recently that the fault is likely still there.
const FRESH_SECONDS: i64 = 7 * 24 * 3_600;
/// The first tries follow within minutes.
const SETTLED_SECONDS: i64 = 3_600;

fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_stripe(seen, |stripe| {
        let kinds = match stripe.undelivered.as_ref() {
            Ok(kinds) => kinds,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        let age = |moment: jiff::Timestamp| context.now.as_second() - moment.as_second();
        let failed: Vec<_> = kinds.iter().filter(|kind| age(kind.oldest) > SETTLED_SECONDS).collect();
        let Some(newest) = failed.iter().map(|kind| age(kind.newest)).min() else { return Verdict::Pass };
        let count: u32 = failed.iter().map(|kind| kind.count).sum();
        let named: Vec<String> =
            failed.iter().take(8).map(|kind| format!("{} ({})", kind.kind, kind.count)).collect();
        let fresh = stripe.live && newest < FRESH_SECONDS;
        Verdict::fail(
            Finding::new(format!("{count} events of the last 30 days were not delivered"))
                .at(Place::url("https://dashboard.stripe.com/webhooks"))
                .severity(if fresh { Severity::High } else { Severity::Medium })
                .evidence("kinds", named.join(", "))
                .fix("mend what the endpoint answers, and send the events again from Stripe"),
        )
    })
}

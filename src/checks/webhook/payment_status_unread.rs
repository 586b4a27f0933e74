//! `checkout.session.completed` is fulfilled without a look at `payment_status`.
//!
//! With bank debits and vouchers a session is completed before the money has come, or failed to come: its
//! `payment_status` is `unpaid` then, and `checkout.session.async_payment_succeeded` follows. Which methods
//! are offered is often a setting of the dashboard, changed by somebody who never reads this handler.
//!
//! ## Fix
//!
//! ```ts
//! if (session.payment_status === "unpaid") return ok();
//! ```
//! and handle `checkout.session.async_payment_succeeded` as the completion.
//!
//! ## References
//!
//! - <https://docs.stripe.com/checkout/fulfillment#delayed-notification>

use super::{Shown, by_endpoint, handler_of};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::handler::backend::AUTOMATIC,
    finding::{Confidence, Finding, Severity},
    seen::{Handler, Miss, Observations, Seen},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/payment-status-unread",
    title: "an unpaid checkout may be fulfilled",
    station: Station::Webhook,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook, Kind::Backend], judge),
    source: include_str!("payment_status_unread.rs"),
};

/// Methods whose money comes, or not, days later.
const DELAYED: &[&str] = &[
    "us_bank_account",
    "sepa_debit",
    "bacs_debit",
    "au_becs_debit",
    "acss_debit",
    "boleto",
    "oxxo",
    "konbini",
    "multibanco",
    "customer_balance",
    "sofort",
    "nz_bank_account",
];

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    let methods = methods(seen);
    by_endpoint(seen, |_, webhook, _| match handler_of(webhook) {
        Ok(handler) => of_handler(handler, methods),
        Err(verdict) => verdict,
    })
}

/// What the checkouts of the repository offer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Methods {
    /// Each names its methods, and the money comes at once.
    Prompt,
    Delayed,
    /// The dashboard decides, or no checkout was seen.
    Unknown,
}

fn methods(seen: &Observations) -> Methods {
    let named = || seen.backends.values().filter_map(Seen::got).flat_map(|backend| &backend.methods);
    if named().any(|method| DELAYED.contains(&method.as_str())) {
        Methods::Delayed
    } else if named().next().is_some() && named().all(|method| method != AUTOMATIC) {
        Methods::Prompt
    } else {
        Methods::Unknown
    }
}

fn of_handler(handler: &Handler, methods: Methods) -> Verdict {
    let completed = handler.event_types.iter().find(|spot| spot.what == "checkout.session.completed");
    let Some(spot) = completed else {
        return Verdict::not_applicable(format!("{} handles no completed checkout", handler.path));
    };
    let names = |word: &str| handler.names.iter().any(|name| name == word);
    // For a subscription its own events and invoices say what was paid.
    if names("payment_status") || names("subscription") || methods == Methods::Prompt {
        return Verdict::Pass;
    }
    if let Some(given) = handler.hands_over.first() {
        return Verdict::inconclusive(Miss::Unsupported(format!(
            "{}:{} hands the event to `{}` in another file",
            handler.path, given.line, given.what
        )));
    }
    if handler.writes.is_empty() {
        return Verdict::not_applicable(format!("{} fulfils nothing that was recognised", handler.path));
    }
    let severity = if methods == Methods::Delayed { Severity::Medium } else { Severity::Low };
    let shown = Shown(handler, spot);
    Verdict::fail(
        Finding::new(format!("{shown} fulfils completed checkouts without a look at payment_status"))
            .severity(severity)
            .places(shown.places())
            .key(handler.path.clone())
            .fix("fulfil only where `payment_status` is not `unpaid`, and on `checkout.session.async_payment_succeeded`"),
    )
}

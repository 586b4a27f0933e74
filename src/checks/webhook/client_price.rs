//! The amount of a payment comes from the request.
//!
//! Whoever opens the checkout can send another number: a product for a cent, or with a negative line for
//! nothing. The webhook then reports a payment that was really made, and the order is fulfilled.
//!
//! ## Fix
//!
//! Take what is bought from the request and what it costs from the server:
//! ```ts
//! const product = PRODUCTS[body.product];
//! if (!product) return new Response("unknown product", { status: 400 });
//! await stripe.checkout.sessions.create({ line_items: [{ price: product.price, quantity: 1 }], … });
//! ```
//!
//! ## References
//!
//! - <https://docs.stripe.com/payments/accept-a-payment#create-payment-intent>

use super::place_of;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Backend, Miss, Spot},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/client-price",
    title: "the caller names the price",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Backend(judge),
    source: include_str!("client_price.rs"),
};

fn judge(backend: &Backend, _context: &Context<'_>) -> Verdict {
    if backend.payments.is_empty() {
        return Verdict::not_applicable(format!("{} starts no payment", backend.path));
    }
    let finding = |spot: &Spot, severity: Severity, whose: &str| {
        Finding::new(format!("{}:{}: {whose}: `{}`", backend.path, spot.line, spot.what))
            .severity(severity)
            .at(place_of(&backend.path, spot))
            .key(format!("{}\n{}", backend.path, spot.what))
            .fix("look the price up on the server, by a price id or in a table, from what is bought")
    };
    let priced = backend.priced.iter();
    let priced = priced.map(|spot| finding(spot, Severity::High, "the amount to pay comes from the request"));
    let chosen = backend.chosen.iter().map(|spot| {
        finding(spot, Severity::Info, "the payer chooses the amount; is that meant, and is there a least")
    });
    let findings: Vec<Finding> = priced.chain(chosen).collect();
    match backend.unclear.first() {
        Some(spot) if findings.is_empty() => Verdict::inconclusive(Miss::Unsupported(format!(
            "{}:{}: where the amount `{}` comes from was not found",
            backend.path, spot.line, spot.what
        ))),
        _ => Verdict::from_findings(findings),
    }
}

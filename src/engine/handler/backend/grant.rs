//! Payments that are marked as made because the browser came back.

use super::{super::words, outermost, spot_of};
use crate::{
    engine::source::{Id, Kind, Tree},
    seen::Backend,
};

/// Calls after which a browser knows that it has paid, and nobody else does.
const PAID_HERE: &[&str] = &["presentPaymentSheet", "confirmCardPayment", "confirmPaymentSheetPayment"];

/// Asks the provider, or somebody who may have.
const ASKS: &[&str] = &[
    "retrieve",
    "payment_status",
    "paymentstatus",
    "verifypayment",
    "verify_payment",
    "verifysession",
    "verify-payment",
    "constructevent",
    "signature",
    "hmac",
    "confirm-payment",
    "fetch(",
    "axios",
    "httpscallable",
    "functions.invoke",
    "invoke(",
    "$fetch",
];

/// A page that the provider sends the buyer to after the checkout.
pub(super) fn is_return_page(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let part = |part: &str| {
        let words = ["success", "thank-you", "thankyou", "payment-complete", "order-complete"];
        words.iter().any(|word| part.contains(word))
    };
    lower.split('/').any(part) && !lower.contains("webhook")
}

pub(super) fn find(path: &str, tree: &Tree, seen: &mut Backend) {
    let back = is_return_page(path) && is_of_payment(tree.text());
    for (id, callee, arguments) in super::calls(tree) {
        if words::write(tree, callee, arguments).is_none() || !arguments.iter().any(|id| says_paid(tree, *id))
        {
            continue;
        }
        let around = outermost(tree, id);
        let text = tree.source(if back { tree.root() } else { around });
        let lower = text.to_ascii_lowercase();
        let here = PAID_HERE.iter().any(|call| text.contains(call));
        if (back || here) && !ASKS.iter().any(|word| lower.contains(word)) {
            let what = if here { "after the payment sheet closed" } else { "when the page is opened" };
            seen.granted.push(spot_of(tree, id, what));
        }
    }
}

/// Does the page belong to a payment, not to a form?
fn is_of_payment(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["stripe", "checkout", "payment", "session_id", "subscription", "razorpay", "paypal", "premium"]
        .iter()
        .any(|word| lower.contains(word))
}

/// `{ status: "paid" }`, `{ isPremium: true }`.
fn says_paid(tree: &Tree, id: Id) -> bool {
    tree.inside(id, false).into_iter().take(400).any(|id| {
        let Kind::Object(entries) = tree.kind(id) else { return false };
        entries.iter().any(|entry| {
            let key = entry.key.to_ascii_lowercase().replace('_', "");
            let text = tree.literal(entry.value).unwrap_or_default().to_ascii_lowercase();
            let state = key.ends_with("status") || key.ends_with("state");
            let flag =
                ["paid", "ispaid", "premium", "ispremium", "ispro", "subscribed", "issubscribed", "haspaid"]
                    .contains(&key.as_str());
            state && matches!(text.as_str(), "paid" | "active" | "succeeded" | "premium")
                || flag && matches!(tree.kind(entry.value), Kind::True)
                || matches!(key.as_str(), "plan" | "tier")
                    && matches!(text.as_str(), "pro" | "premium" | "paid")
        })
    })
}

//! Several tables hold whether a customer has paid.
//!
//! Each of them is written by some handler and read by some page. The first event that reaches one and not
//! the other leaves a customer who has paid and is locked out, or the other way round.
//!
//! ## Fix
//!
//! Keep the state in one table that only the webhook writes, and let the others be views of it.

use super::tables;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/status-fields-duplicated",
    title: "the state of a customer is stored in several tables",
    station: Station::Ops,
    severity: Severity::Info,
    confidence: Confidence::Low,
    judge: Judge::Database(judge),
    source: include_str!("status_fields_duplicated.rs"),
};

const STATES: &[&str] = &[
    "payment_status",
    "payment_state",
    "paymentstatus",
    "billing_status",
    "billing_state",
    "billingstate",
    "subscription_status",
    "subscription_state",
    "stripe_status",
    "stripe_subscription_status",
    "is_paid",
    "has_paid",
    "is_premium",
    "is_pro",
    "is_subscribed",
];
/// Tables of things that are paid for one by one: each has a state of its own.
const THINGS: &[&str] = &[
    "order",
    "booking",
    "invoice",
    "payment",
    "transaction",
    "purchase",
    "ticket",
    "registration",
    "donation",
    "checkout",
    "reservation",
    "appointment",
    "session",
    "payout",
    "refund",
    "enrollment",
    "log",
    "event",
    "history",
];

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let (catalogue, _) = match tables(database) {
        Ok(read) => read,
        Err(verdict) => return verdict,
    };
    let mut held = Vec::new();
    for relation in catalogue.relations.values().filter(|relation| super::is_own_table(relation)) {
        let table = relation.name.name.as_str();
        let state = relation.columns.iter().find(|column| STATES.contains(&column.name.as_str()));
        if let Some(column) = state.filter(|_| !THINGS.iter().any(|thing| table.contains(thing))) {
            held.push((relation, format!("{table}.{}", column.name)));
        }
    }
    let mut findings = Vec::new();
    if held.len() > 1 {
        let names: Vec<&str> = held.iter().map(|(_, name)| name.as_str()).collect();
        findings.push(
            Finding::new(format!("whether a customer has paid is held by {}", super::listed(&names)))
                .places(held.iter().map(|(relation, _)| Place::file(relation.origin.file.clone(), relation.origin.line)))
                .key("status")
                .fix("let one table hold the state, written by the webhook alone, and derive the others from it"),
        );
    }
    super::decided(findings, !held.is_empty(), false, "no table holds whether a customer has paid")
}

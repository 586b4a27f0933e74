//! Amounts of payments that the caller names.

use super::{
    origin::{Origin, Origins},
    outermost, spot_of,
};
use crate::{
    engine::source::{Id, Kind, Tree},
    seen::Backend,
};

/// Words of payments whose amount the payer is meant to choose.
const CHOSEN: &[&str] = &[
    "donat",
    "tip_",
    "tipamount",
    "pledge",
    "topup",
    "top_up",
    "top-up",
    "wallet",
    "deposit",
    "contribut",
    "fundrais",
    "customamount",
    "custom_amount",
    "pay_what",
    "paywhat",
    "charity",
    "sponsor",
    "placebid",
    "place_bid",
    "bidamount",
    "bid_amount",
    "blindbid",
    "bidderuid",
    "isadmin",
    "requireadmin",
    "require_admin",
    "is_admin",
];

pub(super) fn find(path: &str, tree: &Tree, origins: &Origins<'_>, seen: &mut Backend) {
    for (id, callee, arguments) in super::calls(tree) {
        let Some(starts) = starts(tree, callee) else { continue };
        seen.payments.push(spot_of(tree, id, starts.name()));
        if starts == Starts::Checkout {
            seen.methods.extend(methods(tree, origins, arguments));
        }
        for amount in amounts(tree, origins, starts, arguments) {
            judge(path, tree, origins, amount, seen);
        }
    }
}

/// What a call starts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Starts {
    Checkout,
    Intent,
    Order,
}

impl Starts {
    fn name(self) -> &'static str {
        match self {
            Self::Checkout => "a checkout session",
            Self::Intent => "a payment intent",
            Self::Order => "an order at the payment provider",
        }
    }
}

fn starts(tree: &Tree, callee: Id) -> Option<Starts> {
    let path = tree.path(callee).to_ascii_lowercase();
    let of = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    if of(&["checkout.sessions.create", "checkout.session.create", "checkout.sessions.create_async"]) {
        return Some(Starts::Checkout);
    }
    if of(&["paymentintents.create", "paymentintent.create", "payment_intents.create"]) {
        return Some(Starts::Intent);
    }
    let razorpay = path.contains("razorpay") || path.contains("rzp");
    (razorpay && of(&["orders.create", "order.create"])).then_some(Starts::Order)
}

/// Payment methods that a checkout names.
fn methods(tree: &Tree, origins: &Origins<'_>, arguments: &[Id]) -> Vec<String> {
    let objects = arguments.iter().flat_map(|argument| origins.values_of(*argument));
    let lists = objects.filter_map(|object| tree.entry(object, "payment_method_types"));
    let named: Vec<String> = lists
        .flat_map(|list| tree.inside(list, false))
        .filter_map(|id| tree.literal(id))
        .map(|method| method.chars().take(40).collect())
        .collect();
    if named.is_empty() { vec![super::AUTOMATIC.to_owned()] } else { named }
}

/// Expressions that say how much is to be paid.
fn amounts(tree: &Tree, origins: &Origins<'_>, starts: Starts, arguments: &[Id]) -> Vec<Id> {
    let mut found = Vec::new();
    for object in arguments.iter().flat_map(|argument| origins.values_of(*argument)) {
        if starts != Starts::Checkout {
            found.extend(tree.entry(object, "amount"));
            continue;
        }
        // Also of lists that are built before: `const items = cart.map(…)`, `items.push(…)`.
        let lists = tree.entry(object, "line_items").into_iter().flat_map(|list| {
            let pushed = if matches!(tree.kind(list), Kind::Name) { pushed(tree, list) } else { Vec::new() };
            let mut values = origins.values_of(list);
            values.extend(pushed);
            if values.is_empty() { vec![list] } else { values }
        });
        for list in lists {
            let inside = inside(tree, list);
            // A price id may be up to the caller; the whole list may hold prices of their own.
            let whole = matches!(tree.kind(list), Kind::Name | Kind::Member { .. });
            if whole && origins.of_value(list) == Origin::Client {
                found.push(list);
            }
            found.extend(inside);
        }
    }
    found
}

/// What is pushed to a list of this name.
fn pushed(tree: &Tree, list: Id) -> Vec<Id> {
    let name = tree.source(list);
    let of = super::calls(tree).filter(|(_, callee, _)| match tree.kind(*callee) {
        Kind::Member { object, property } => {
            matches!(property.as_str(), "push" | "append") && tree.source(*object) == name
        }
        _ => false,
    });
    of.flat_map(|(_, _, arguments)| arguments.iter().copied()).collect()
}

fn inside(tree: &Tree, list: Id) -> Vec<Id> {
    let mut found = Vec::new();
    for id in tree.inside(list, false).into_iter().take(2_000) {
        let Kind::Object(entries) = tree.kind(id) else { continue };
        for entry in entries {
            match entry.key.as_str() {
                "unit_amount" | "unit_amount_decimal" | "amount" => found.push(entry.value),
                "price_data" if !matches!(tree.kind(entry.value), Kind::Object(_)) => found.push(entry.value),
                _ => {}
            }
        }
    }
    found
}

fn judge(path: &str, tree: &Tree, origins: &Origins<'_>, amount: Id, seen: &mut Backend) {
    let what: String = tree.source(amount).split_whitespace().collect::<Vec<_>>().join(" ");
    let what: String = what.chars().take(60).collect();
    match origins.of_value(amount) {
        Origin::Client if is_compared(tree, origins, amount) => {}
        Origin::Client if is_chosen(path, tree, amount) => seen.chosen.push(spot_of(tree, amount, &what)),
        Origin::Client => seen.priced.push(spot_of(tree, amount, &what)),
        Origin::Unknown => seen.unclear.push(spot_of(tree, amount, &what)),
        Origin::Literal | Origin::Server | Origin::Request => {}
    }
}

fn is_chosen(path: &str, tree: &Tree, amount: Id) -> bool {
    let path = path.to_ascii_lowercase();
    let text = tree.source(outermost(tree, amount)).to_ascii_lowercase();
    CHOSEN.iter().any(|word| path.contains(word) || text.contains(word)) || path.contains("/admin/")
}

/// Is what the caller sent compared with something of the server's before?
fn is_compared(tree: &Tree, origins: &Origins<'_>, amount: Id) -> bool {
    let names: Vec<&str> = tree
        .inside(amount, false)
        .into_iter()
        .filter(|id| matches!(tree.kind(*id), Kind::Name))
        .map(|id| tree.source(id))
        .collect();
    let mentions = |id: Id| {
        tree.inside(id, false).into_iter().any(|part| match tree.kind(part) {
            Kind::Name => names.contains(&tree.source(part)),
            _ => false,
        })
    };
    let server = |id: Id| origins.of_value(id) == Origin::Server;
    tree.inside(outermost(tree, amount), false).into_iter().any(|id| match tree.kind(id) {
        Kind::Binary { operator, left, right } if operator.len() >= 2 && operator.contains('=') => {
            mentions(*left) && server(*right) || mentions(*right) && server(*left)
        }
        Kind::Call { callee, arguments, .. } => {
            let allows = matches!(tree.last_name(*callee), "includes" | "has" | "isAllowed");
            let of_server = matches!(tree.kind(*callee), Kind::Member { object, .. }
                if matches!(origins.of_value(*object), Origin::Server | Origin::Literal));
            allows && of_server && arguments.iter().any(|argument| mentions(*argument))
        }
        _ => false,
    })
}

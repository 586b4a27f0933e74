//! What a source that is no webhook shows about money and about other people's rows.

mod grant;
mod origin;
mod owner;
mod price;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{choice::is_source, plain, spot};
use crate::{
    engine::source::{self, Id, Kind, Tree},
    seen::{Backend, Spot},
};

/// Words without which a source has nothing to say here.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = [
        "sessions.create",
        "session.create",
        "paymentintents.create",
        "paymentintent.create",
        "payment_intents.create",
        "orders.create",
        "order.create",
        "functions.config(",
        "service_role",
        "servicerole",
        "presentpaymentsheet",
        "confirmcardpayment",
        "confirmpayment",
        "session_id",
    ];
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// Said of a checkout that leaves its payment methods to the dashboard.
pub const AUTOMATIC: &str = "automatic";

/// May this source start payments, mark them as made, or act with an administrator's key? Cheap enough
/// for every source file.
pub fn looks_like_backend(path: &str, text: &str) -> bool {
    is_source(path)
        && (WORDS.as_ref().is_some_and(|words| words.is_match(text)) || grant::is_return_page(path))
        && read(path, text)
            .is_some_and(|seen| seen != Backend { path: path.to_owned(), ..Backend::default() })
}

/// Reads a source on its own. `None`: it cannot be parsed, and nothing may be concluded from it.
pub fn read(path: &str, text: &str) -> Option<Backend> {
    let tree = source::parse(path, text)?;
    let origins = origin::Origins::of(&tree);
    let mut seen = Backend { path: path.to_owned(), ..Backend::default() };
    price::find(path, &tree, &origins, &mut seen);
    grant::find(path, &tree, &mut seen);
    owner::find(path, &tree, &origins, &mut seen);
    seen.removed_config = plain::removed_config(&tree);
    seen.methods.sort();
    seen.methods.dedup();
    for spots in [
        &mut seen.payments,
        &mut seen.priced,
        &mut seen.chosen,
        &mut seen.unclear,
        &mut seen.granted,
        &mut seen.unasked,
        &mut seen.removed_config,
    ] {
        spots.sort();
        spots.dedup_by_key(|spot| spot.line);
        spots.truncate(super::SPOTS);
    }
    Some(seen)
}

/// Calls in a tree, as callee and arguments.
fn calls(tree: &Tree) -> impl Iterator<Item = (Id, Id, &[Id])> {
    tree.ids().filter_map(|id| match tree.kind(id) {
        Kind::Call { callee, arguments, .. } => Some((id, *callee, arguments.as_slice())),
        _ => None,
    })
}

fn spot_of(tree: &Tree, id: Id, what: &str) -> Spot {
    spot::of_tree(tree, id, what)
}

/// The outermost function around a node, or the module.
fn outermost(tree: &Tree, id: Id) -> Id {
    let functions = tree.ancestors(id).filter(|outer| matches!(tree.kind(*outer), Kind::Function(_)));
    functions.last().unwrap_or_else(|| tree.root())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_money_are_left_alone() {
        assert!(!looks_like_backend("src/app.ts", "export const a = 1;"));
        let starts = "export async function POST(req) { const { amount } = await req.json(); return stripe.paymentIntents.create({ amount, currency: 'eur' }); }";
        assert!(looks_like_backend("app/api/pay/route.ts", starts));
        assert!(!looks_like_backend("app/api/pay/route.test.ts", starts));
        assert!(!looks_like_backend("docs/pay.md", starts));
    }
}

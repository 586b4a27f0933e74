//! How a repeated event is told from a new one without its own id: by the object that it is about, by the
//! state of a row, by the error of a unique key.

use super::{
    At, Met, Walk,
    state::{State, Value, origin},
};
use crate::engine::source::{Id, Kind};

/// Words of a state that a row is taken out of by the work on it.
const STATES: [&str; 6] = ["status", "state", "processed", "pending", "granted", "claimed"];
/// Exceptions of a key that is there already.
const TAKEN: [&str; 6] =
    ["IntegrityError", "UniqueViolation", "DuplicateKey", "AlreadyExists", "UniqueConstraint", "Duplicate"];

impl Walk<'_> {
    /// `except IntegrityError`: the record of the event was there.
    pub(super) fn is_taken(&self, caught: Id) -> bool {
        let tree = self.tree();
        let head = tree.source(caught).lines().next().unwrap_or_default();
        head.starts_with("except") && TAKEN.iter().any(|word| head.contains(word))
    }

    /// What was recorded before is acknowledged, and is no failure.
    pub(super) fn repeated(&mut self, caught: Id, state: &mut State) {
        self.note(Met::EventId, self.here(caught), "a repeated event is recognised");
        (state.failed, state.noticed, state.claimed) = (None, None, None);
        state.also_failed = std::rc::Rc::default();
    }

    /// `row.lastSession === session.id`: what is stored is compared with the object of the event.
    pub(super) fn is_compared_with_object(&self, condition: Id, stored: Value) -> bool {
        let tree = self.tree();
        let Kind::Binary { operator, left, right } = tree.kind(condition) else { return false };
        let names_id = |id: Id| {
            matches!(tree.kind(id), Kind::Member { property, .. } if property == "id")
                && !tree.source(id).contains('(')
        };
        operator.starts_with('=') && stored.has(origin::STORED) && (names_id(*left) || names_id(*right))
    }

    /// A row is needed that is looked up by its state: whoever changes that finds it no more.
    pub(super) fn needs_state(&mut self, name: &str) {
        let tree = self.tree();
        let looked_up = tree.ids().any(|id| match tree.kind(id) {
            Kind::Assign { target, value, .. } => {
                tree.bound(*target).iter().any(|(bound, _)| bound == name) && {
                    let text = tree.source(*value).to_ascii_lowercase();
                    text.len() < 2_000 && STATES.iter().any(|word| text.contains(word))
                }
            }
            _ => false,
        });
        if looked_up {
            self.in_state.insert(name.to_owned());
        }
    }

    /// `update({ where: { id: pending.id }, data: { status: "granted" } })` of a row that was needed.
    pub(super) fn changes_state(&self, id: Id) -> bool {
        let tree = self.tree();
        let text = tree.source(id);
        text.len() < 4_000
            && self.in_state.iter().any(|name| {
                text.match_indices(name.as_str()).any(|(at, _)| {
                    let after = &text[at + name.len()..];
                    after.starts_with(".id") || after.starts_with("?.id") || after.starts_with(".ref")
                })
            })
            && STATES.iter().any(|word| text.to_ascii_lowercase().contains(word))
    }

    /// `.update({ status: "paid" }).neq("status", "paid")`: the second time no row is found.
    pub(super) fn changes_only_another(&self, id: Id, last: &str, write: At) -> bool {
        let tree = self.tree();
        let Kind::Call { arguments, .. } = tree.kind(id) else { return false };
        let column = arguments.first().and_then(|first| tree.literal(*first)).unwrap_or_default();
        let filters = matches!(last, "eq" | "neq" | "in" | "not" | "is" | "or" | "lt");
        let writes = tree.source(write.id);
        filters
            && write.module == self.module
            && STATES.iter().any(|word| column.to_ascii_lowercase().contains(word))
            && writes.contains(column)
    }

    /// The same table is written again after a failure: the second try decides.
    pub(super) fn tries_again(&self, at: At, state: &mut State) {
        let table = |at: At| {
            let module = self.modules.get(at.module)?;
            let Kind::Call { callee, .. } = module.tree.kind(at.id) else { return None };
            let Kind::Member { object, property } = module.tree.kind(*callee) else { return None };
            Some((module.tree.source(*object).to_owned(), property.clone()))
        };
        let again = |failed: At| failed != at && table(failed) == table(at) && table(at).is_some();
        if state.failed.is_some_and(again) {
            (state.failed, state.noticed) = (None, None);
        }
        if state.also_failed.iter().any(|(failed, _)| again(*failed)) {
            let left = state.also_failed.iter().filter(|(failed, _)| !again(*failed));
            state.also_failed = std::rc::Rc::new(left.copied().collect());
        }
    }
}

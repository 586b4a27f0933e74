//! Promises that are waited for and caught, and parameters that bring their own value.

use super::{
    Walk,
    state::{State, Value, merged, origin},
};
use crate::engine::source::{Id, Kind, Tree};

impl Walk<'_> {
    /// What a promise was rejected with goes to the function that `.catch` was given.
    pub(super) fn caught_there(
        &mut self,
        id: Id,
        arguments: &[Id],
        thrown: Vec<State>,
    ) -> Vec<(State, Value)> {
        let at = self.here(id);
        let mut after = Vec::new();
        for mut state in merged(thrown) {
            state.notice(at);
            after.extend(self.callbacks(arguments, Value::from(origin::ERROR), state));
        }
        merged(after).into_iter().map(|state| (state, Value::default())).collect()
    }

    /// `fetch(…)` that nobody waits for: what becomes of it is not thrown here.
    pub(super) fn is_left_alone(&self, id: Id) -> bool {
        let tree = self.tree();
        let fetches = matches!(tree.kind(id), Kind::Call { callee, .. } if tree.path(*callee) == "fetch");
        let mut around = tree.ancestors(id);
        fetches
            && !around
                .find_map(|outer| match tree.kind(outer) {
                    Kind::Member { .. } => None,
                    Kind::Call { callee, .. } => {
                        (!matches!(tree.last_name(*callee), "catch" | "then" | "finally")).then_some(true)
                    }
                    Kind::Block(_) => Some(false),
                    _ => Some(true),
                })
                .unwrap_or(true)
    }

    pub(super) fn is_awaited(&self, id: Id) -> bool {
        let tree = self.tree();
        tree.parent(id).is_some_and(|parent| matches!(tree.kind(parent), Kind::Await(_)))
    }
}

/// `now = Date.now()` among the parameters.
pub(super) fn defaulted(tree: &Tree, parameter: Id, name: &str) -> Option<Value> {
    tree.inside(parameter, true).into_iter().take(60).find_map(|id| match tree.kind(id) {
        Kind::Assign { target, value, .. } if tree.source(*target) == name => match tree.kind(*value) {
            Kind::Call { callee, .. }
                if matches!(tree.path(*callee).as_str(), "Date.now" | "time.time" | "Date") =>
            {
                Some(Value::from(origin::CLOCK))
            }
            _ => None,
        },
        _ => None,
    })
}

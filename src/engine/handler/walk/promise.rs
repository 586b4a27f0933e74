//! Functions among the arguments, promises that are waited for and caught, and parameters that bring their own value.

use super::{
    CALLS, Walk,
    state::{State, Value, merged, origin},
};
use crate::engine::source::{Id, Kind, Tree};

impl Walk<'_> {
    pub(super) fn after_callbacks(
        &mut self,
        arguments: &[Id],
        value: Value,
        of: Value,
        state: State,
    ) -> Vec<(State, Value)> {
        let caught = of.of.is_none() && self.is_catch(arguments);
        let mut states = self.callbacks(arguments, of.or(value), state.clone());
        // What is called for an error is not always called.
        if caught || states.is_empty() {
            states.push(state);
        }
        states.into_iter().map(|state| (state, value)).collect()
    }

    /// Are these the arguments of a `.catch(…)`?
    fn is_catch(&self, arguments: &[Id]) -> bool {
        let tree = self.tree();
        let call = arguments.first().and_then(|first| tree.parent(*first));
        call.is_some_and(|call| match tree.kind(call) {
            Kind::Call { callee, .. } => tree.last_name(*callee) == "catch",
            _ => false,
        })
    }

    /// Functions among the arguments are taken to run once, or not at all.
    pub(super) fn callbacks(&mut self, arguments: &[Id], item: Value, state: State) -> Vec<State> {
        self.called_back(arguments, item, state).0
    }

    /// The same, with the origins of what the functions give.
    pub(super) fn called_back(&mut self, arguments: &[Id], item: Value, state: State) -> (Vec<State>, u32) {
        let tree = self.tree();
        let functions: Vec<Id> = arguments
            .iter()
            .copied()
            .filter(|argument| matches!(tree.kind(*argument), Kind::Function(_)))
            .collect();
        let mut states = vec![state];
        // What the module defines is not what it does.
        if !self.live || self.calls.len() >= CALLS {
            return (states, 0);
        }
        let mut gives = 0;
        for function in functions {
            self.calls.push(self.here(function));
            let mut next = Vec::new();
            for state in states {
                let item = Value::from(item.origin & !(origin::WRITTEN | origin::NOTHING));
                for (state, value) in self.body_of(function, &[item], state) {
                    gives |= value.origin;
                    next.push(state);
                }
            }
            self.calls.pop();
            states = merged(next);
        }
        (states, gives)
    }

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

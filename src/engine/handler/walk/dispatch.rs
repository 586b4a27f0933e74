//! Functions that are reached through a table or handed to something that runs them later.

use super::{
    At, Met, Walk,
    state::{State, Value, origin},
};
use crate::engine::source::{Id, Kind};

impl Walk<'_> {
    /// The functions of a table that is indexed by the event: `handlers[event.type](event)`.
    pub(super) fn dispatched(&mut self, callee: Id) -> Vec<At> {
        let tree = self.tree();
        let table = match tree.kind(callee) {
            Kind::Index { object, .. } => *object,
            Kind::Name => {
                let name = tree.source(callee);
                let indexed = tree.ids().find_map(|id| match tree.kind(id) {
                    Kind::Assign { target, value, .. } if tree.source(*target) == name => {
                        match tree.kind(*value) {
                            Kind::Index { object, .. } => Some(*object),
                            _ => None,
                        }
                    }
                    _ => None,
                });
                let Some(table) = indexed else { return Vec::new() };
                table
            }
            _ => return Vec::new(),
        };
        let name = tree.source(table);
        let entries = tree.ids().find_map(|id| match tree.kind(id) {
            Kind::Assign { target, value, .. } if tree.source(*target) == name => match tree.kind(*value) {
                Kind::Object(entries) => Some(entries.clone()),
                _ => None,
            },
            _ => None,
        });
        let mut functions = Vec::new();
        for entry in entries.unwrap_or_default().iter().take(40) {
            match tree.kind(entry.value) {
                Kind::Function(_) => functions.push(self.here(entry.value)),
                _ => functions.extend(self.function_named(tree.last_name(entry.value))),
            }
        }
        functions
    }

    /// `add_task(handle, event)`, `waitUntil(work())`: what runs later runs, whatever it answers.
    pub(super) fn handed(&mut self, last: &str, arguments: &[Id], mut state: State) -> State {
        let later = [
            "add_task",
            "waitUntil",
            "after",
            "enqueue",
            "send_task",
            "delay",
            "apply_async",
            "setImmediate",
            "submit",
            "create_task",
        ];
        if !later.contains(&last) {
            return state;
        }
        let tree = self.tree();
        let at = self.here(arguments.first().copied().unwrap_or_default());
        self.note(Met::HandsOver, at, last);
        self.effect(at, &mut state);
        let named: Vec<String> = arguments
            .iter()
            .filter(|argument| matches!(tree.kind(**argument), Kind::Name))
            .map(|argument| tree.source(*argument).to_owned())
            .collect();
        for name in named {
            if let Some(function) = self.function_named(&name) {
                self.throws.push(Vec::new());
                let event = Value::from(origin::EVENT);
                let given: Vec<(Id, Value)> = arguments.iter().skip(1).map(|id| (*id, event)).collect();
                let rest = arguments.get(1..).unwrap_or_default().to_vec();
                self.walk_function(function, &rest, &given, state.clone());
                self.throws.pop();
            }
        }
        state
    }
}

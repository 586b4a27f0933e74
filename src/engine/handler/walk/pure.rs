//! What only computes: it forks no ways that matter, and need not be walked.

use super::{
    At, Walk, answer,
    state::{State, Value, origin},
};
use crate::engine::{handler::words, source::Kind};

/// What a function may be given that is left unwalked. Whatever decides about trust or failure is not
/// among them.
const PLAIN: u32 =
    origin::EVENT | origin::EVENT_ID | origin::STORED | origin::QUERY | origin::CLOCK | origin::OBJECT_ID;

impl Walk<'_> {
    /// Ways on which an expression has decided nothing but its own value are one way again, with what
    /// was known before it.
    pub(super) fn computed(before: &State, ways: Vec<(State, Value)>) -> Vec<(State, Value)> {
        if ways.len() < 2 {
            return ways;
        }
        let (mut kept, mut same): (Vec<(State, Value)>, Option<Value>) = (Vec::new(), None);
        for (state, value) in ways {
            if state.is_where(before) {
                same = Some(same.map_or(value, |same| same.or(value)));
            } else {
                kept.push((state, value));
            }
        }
        kept.extend(same.map(|value| (before.clone(), value)));
        kept
    }

    /// What a function gives that is not worth a walk; `None`: it must be walked.
    pub(super) fn of_computation(&mut self, function: At, all: u32) -> Option<Value> {
        let plain = all & !PLAIN == 0;
        (plain && self.only_computes(function)).then(|| Value::from(all))
    }

    /// Neither writes, verifies, logs, answers, throws nor waits; nor does what it calls.
    fn only_computes(&mut self, function: At) -> bool {
        const LARGEST: usize = 4_000;
        // Functions inside functions, of which a program has no more.
        const DEEPEST: usize = 24;
        if let Some(known) = self.pure.get(&function) {
            return *known;
        }
        if self.asking >= DEEPEST {
            return false;
        }
        // A function that calls itself does no more than it does.
        self.pure.insert(function, true);
        let Some(module) = self.modules.get(function.module) else { return false };
        let tree = module.tree.clone();
        let inside = tree.inside(function.id, false);
        let from = std::mem::replace(&mut self.module, function.module);
        self.asking += 1;
        let pure = inside.len() < LARGEST
            && inside.into_iter().all(|id| match tree.kind(id) {
                Kind::Await(_) | Kind::Throw(_) | Kind::Try { .. } => false,
                Kind::Call { callee, arguments, new } => self.is_computation(id, *callee, arguments, *new),
                _ => true,
            });
        self.asking -= 1;
        self.module = from;
        self.pure.insert(function, pure);
        pure
    }

    fn is_computation(&mut self, id: u32, callee: u32, arguments: &[u32], new: bool) -> bool {
        let tree = self.tree();
        let (path, last) = (tree.path(callee), tree.last_name(callee).to_owned());
        let matters = words::verifies(&tree, callee).is_some()
            || words::is_digest(&last, &path)
            || words::write(&tree, callee, arguments).is_some()
            || words::logs(&path)
            || answer::of_call(&tree, callee, arguments, new).is_some()
            || words::environment(&tree, id).is_some_and(|name| words::is_secret(&name))
            || words::says_verify(&last)
            || matches!(path.as_str(), "fetch" | "next")
            || path.contains("axios")
            || path.starts_with("requests.");
        if matters {
            return false;
        }
        match self.function_named(&last) {
            Some(function) => self.only_computes(function),
            // What another package does is not known.
            None => path.contains('.') || !self.is_imported(&path),
        }
    }
}

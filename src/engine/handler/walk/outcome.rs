//! What a function of one's own reports of its work: `if (!result.ok) log(…)`.

use super::{At, Walk, state::State};
use crate::engine::{
    handler::words,
    source::{Id, Kind},
};

/// Properties that tell whether the work was done, and those that tell that it was not.
const DONE: [&str; 6] = ["ok", "success", "succeeded", "isOk", "done", "updated"];
const NOT_DONE: [&str; 4] = ["error", "failed", "err", "errors"];
/// Nobody needs to hear again of what tells people something.
const SPEAKS: [&str; 11] =
    ["mail", "notif", "send", "track", "log", "audit", "subscriber", "sync", "push", "slack", "analytic"];

impl Walk<'_> {
    /// `const result = await work(event)`.
    pub(super) fn remember_work(&mut self, name: &str, value: Id, of_event: bool) {
        let tree = self.tree();
        let Kind::Await(call) = tree.kind(value) else { return };
        let Kind::Call { callee, .. } = tree.kind(*call) else { return };
        let (last, path) = (tree.last_name(*callee).to_owned(), tree.path(*callee));
        let own = matches!(tree.kind(*callee), Kind::Name) || self.is_imported(&path);
        let lower = last.to_ascii_lowercase();
        let quiet = SPEAKS.iter().any(|word| lower.contains(word));
        if own && of_event && !quiet && !words::reads(&last, &path) && !words::says_verify(&last) {
            self.worked.insert(name.to_owned(), self.here(*call));
        }
    }

    /// The work that a condition asks after, and whether the condition holds when it failed.
    fn reported(&self, condition: Id) -> Option<(At, bool)> {
        let tree = self.tree();
        let (negative, inner) = match tree.kind(condition) {
            Kind::Not(inner) => (true, *inner),
            _ => (false, condition),
        };
        let (object, property) = match tree.kind(inner) {
            Kind::Member { object, property } => (*object, property.clone()),
            // `result.get("ok")`.
            Kind::Call { callee, arguments, .. } if tree.last_name(*callee) == "get" => {
                let Kind::Member { object, .. } = tree.kind(*callee) else { return None };
                (*object, tree.literal(*arguments.first()?)?.to_owned())
            }
            _ => return None,
        };
        let work = self.worked.get(tree.source(object))?;
        let done = DONE.contains(&property.as_str());
        (done || NOT_DONE.contains(&property.as_str())).then_some((*work, done == negative))
    }

    fn only_logs(&self, then: Id) -> bool {
        let tree = self.tree();
        let inside = tree.inside(then, true);
        let logs =
            |id: &Id| matches!(tree.kind(*id), Kind::Call { callee, .. } if words::logs(&tree.path(*callee)));
        inside.iter().any(logs)
            && !inside.iter().any(|id| match tree.kind(*id) {
                Kind::Return(_) | Kind::Throw(_) | Kind::Leave => true,
                // What the answer says is read to be logged.
                Kind::Call { callee, .. } => {
                    let last = tree.last_name(*callee);
                    let told = matches!(
                        last,
                        "get" | "text" | "json" | "slice" | "substring" | "catch" | "stringify" | "String"
                    );
                    !words::logs(&tree.path(*callee)) && !told
                }
                _ => false,
            })
    }

    /// The ways on which work that is reported as failed goes on.
    pub(super) fn note_failure(
        &mut self,
        condition: Id,
        (then, otherwise): (Id, Option<Id>),
        (yes, no): (&mut [State], &mut [State]),
    ) {
        let Some((work, holds)) = self.reported(condition) else { return };
        let (branch, states) = if holds { (Some(then), yes) } else { (otherwise, no) };
        let Some(branch) = branch else { return };
        let (at, logs) = (self.here(condition), self.only_logs(branch));
        for state in states {
            (state.threw, state.acted) = (true, true);
            if logs && state.trust == super::state::Trust::Verified && state.failed.is_none() {
                state.fails(Some(work), at);
            }
        }
    }
}

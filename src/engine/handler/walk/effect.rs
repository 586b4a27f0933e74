//! Writes and other effects, and the ways on which they happen.

use super::{
    At, Met, Walk,
    state::{State, Trust, Truth, Value, Why, merged, origin},
};
use crate::engine::{
    handler::{
        forms::is_ecma,
        words::{self, Effect},
    },
    source::{Id, Kind},
};

impl Walk<'_> {
    /// A write of this call.
    pub(super) fn written(
        &mut self,
        id: Id,
        write: &words::Write,
        arguments: &[Id],
        given: &[(Id, Value)],
        of: Value,
        mut state: State,
    ) -> Vec<(State, Value)> {
        let at = self.here(id);
        let all = of.origin & origin::EVENT_ID | given.iter().fold(0, |all, (_, value)| all | value.origin);
        self.note(Met::Write, at, "write");
        let tree = self.tree();
        let harmless = ["upsert", "onConflict", "ignoreDuplicates", "skipDuplicates"]
            .iter()
            .any(|word| tree.source(id).contains(word));
        let fails_again = harmless || self.is_keyed(arguments, given) || self.is_looked_up(id);
        match write.effect {
            Effect::Increments => self.note(Met::Increment, at, "increment"),
            _ if self.adds_to_itself(arguments) => self.note(Met::Increment, at, "increment"),
            Effect::Adds if !fails_again => self.note(Met::Adds, at, "adds"),
            _ => {}
        }
        self.tries_again(at, &mut state);
        if self.changes_state(id) {
            self.note(Met::EventId, at, "the state that the work needs is changed with it");
        }
        if self.consumes(id, given) {
            self.note(Met::EventId, at, "what the work needs is deleted with it");
        }
        let mailed = self.is_mail(at);
        let first = !state.wrote;
        self.effect(at, &mut state);
        let claim = all & origin::EVENT_ID != 0;
        if claim {
            self.note(Met::EventId, at, "event id");
            self.claims.insert(at);
        }
        // A record under the event's id, before which its absence was asked for.
        let records = first && of.has(origin::EVENT_ID) && self.asked_for_event;
        let deletes = matches!(tree.kind(id), Kind::Call { callee, .. } if matches!(tree.last_name(*callee), "delete" | "deleteOne" | "remove" | "deleteMany"));
        if claim && write.effect == Effect::Sets && !records && (deletes || self.asked_for_state) {
            state.claimed = None;
        }
        // Also a client that returns its errors may throw, but nobody can be asked to undo for that.
        // A commit right after the claim is the claim's own.
        let commits = write.effect == Effect::Sets
            && state.claimed.is_some_and(|claimed| state.last == Some(claimed))
            && tree.source(id).contains("commit");
        if commits {
            self.claims.insert(at);
        }
        state.last = Some(at);
        let failed = (!claim && !mailed && !commits).then_some(at);
        let claimed = state.claimed.filter(|_| !write.returns_error);
        let noticed = state.noticed.filter(|_| failed.is_none());
        if !self.is_left_alone(id) {
            self.throw(State { failed, noticed, claimed, threw: true, ..state.clone() });
        }
        if claim && (write.effect == Effect::Adds && !harmless || records) {
            self.claim(id, at, first, &mut state);
        }
        let mut origins = origin::WRITTEN;
        origins |= if write.returns_error { origin::ERROR } else { 0 };
        origins |=
            if write.promised && is_ecma(&self.modules[self.module].path) { origin::PROMISE } else { 0 };
        let value = Value { of: Some(at), ..Value::from(origins) };
        self.after_callbacks(arguments, value, Value::default(), state)
    }

    /// A message to people, without which the work is done all the same.
    fn is_mail(&self, at: At) -> bool {
        let Some(module) = self.modules.get(at.module) else { return false };
        match module.tree.kind(at.id) {
            Kind::Call { callee, .. } => module.tree.path(*callee).to_ascii_lowercase().contains("mail"),
            _ => false,
        }
    }

    /// `{ id: session.id }`: the key is the event's own, so a repeat fails.
    fn is_keyed(&self, arguments: &[Id], given: &[(Id, Value)]) -> bool {
        let tree = self.tree();
        let of_event = given.iter().any(|(_, value)| value.has(origin::EVENT));
        let keyed = |id: Id| {
            [Some(id), tree.entry(id, "data")].into_iter().flatten().any(|object| {
                let key = tree.entry(object, "id").or_else(|| tree.entry(object, "_id"));
                key.is_some_and(
                    |key| matches!(tree.kind(key), Kind::Member { property, .. } if property == "id"),
                )
            })
        };
        of_event && arguments.iter().any(|argument| keyed(*argument))
    }

    /// Only where a search has found nothing.
    fn is_looked_up(&self, id: Id) -> bool {
        let tree = self.tree();
        let node = tree.node(id);
        self.looked_up.iter().any(|branch| {
            let same = branch.module == self.module;
            let branch = tree.node(branch.id);
            same && branch.from <= node.from && node.to <= branch.to
        })
    }

    /// `{ credits: row.credits + n }`: read, added to and written back.
    fn adds_to_itself(&self, arguments: &[Id]) -> bool {
        let tree = self.tree();
        let entries = arguments.iter().flat_map(|argument| tree.inside(*argument, true)).take(400);
        entries.into_iter().any(|id| match tree.kind(id) {
            Kind::Object(entries) => entries.iter().any(|entry| match tree.kind(entry.value) {
                Kind::Binary { operator, left, .. } if operator == "+" && !entry.key.is_empty() => {
                    tree.inside(*left, true).into_iter().any(
                        |part| matches!(tree.kind(part), Kind::Member { property, .. } if *property == entry.key),
                    )
                }
                _ => false,
            }),
            _ => false,
        })
    }

    /// A row without which nothing is done is deleted: a repeat finds none.
    fn consumes(&self, id: Id, given: &[(Id, Value)]) -> bool {
        let tree = self.tree();
        let Kind::Call { callee, .. } = tree.kind(id) else { return false };
        if !matches!(tree.last_name(*callee), "delete" | "deleteOne" | "remove") || self.required.is_empty() {
            return false;
        }
        let path = tree.path(*callee).to_ascii_lowercase();
        given.iter().any(|(_, value)| value.has(origin::STORED))
            || self.required.iter().any(|name| name.len() > 3 && path.contains(&name.to_ascii_lowercase()))
    }

    /// The event's id is stored as done, unless the row has a state of its own or a transaction around it.
    fn claim(&mut self, id: Id, at: At, first: bool, state: &mut State) {
        let tree = self.tree();
        let text = tree.source(id);
        let with_state = ["status", "processed", "state", "tx.", "trx.", "transaction", "completed"]
            .iter()
            .any(|word| text.contains(word));
        // A row with a key of its own tells no repeat.
        let keyed_anew =
            ["randomUUID(", "uuid4(", "uuidv4(", "nanoid("].iter().any(|word| text.contains(word));
        let asked = with_state && (self.asked_for_state || text.contains("tx.") || text.contains("trx."));
        if with_state {
            self.stateful.insert(at);
        }
        if !asked && first && !keyed_anew {
            state.claimed = Some(at);
        }
    }

    /// Something happens here: on which ways may it?
    pub(super) fn effect(&mut self, at: At, state: &mut State) {
        self.note(Met::Acts, at, "acts");
        if state.trust == Trust::Verified {
            state.wrote = true;
            return;
        }
        state.pending = state.pending.or(Some(at));
        if state.why.is_none() {
            state.early = state.early.or(Some(at));
        }
        match state.responded {
            // A refused request may leave a trace in a log; another answer will tell.
            Some(status) if status >= 400 => {}
            // After an answer nothing takes it back.
            Some(_) => self.settle(state),
            None => {}
        }
        state.wrote = true;
    }

    /// A way with an unverified effect has ended well.
    pub(super) fn settle(&mut self, state: &mut State) {
        let Some(at) = state.pending.take() else { return };
        let Some((why, cause)) = state.why else {
            if self.live {
                self.unverified.insert(at, state.took);
            }
            return;
        };
        let what = match why {
            Why::Missing => super::super::MISSING,
            Why::Failed if state.fallback.is_some() => super::super::FALLS_BACK,
            Why::Failed => super::super::GOES_ON,
        };
        let place = state.fallback.filter(|_| why == Why::Failed).unwrap_or(cause);
        self.note(Met::FailOpen, place, what);
        self.also(Met::FailOpen, place, cause);
        if let Some(fallback) = state.fallback {
            self.also(Met::FailOpen, place, fallback);
        }
    }

    /// A function that does nothing with what it is given.
    fn ignores(&self, function: Id) -> bool {
        let tree = self.tree();
        match tree.kind(function) {
            Kind::Function(inner) => {
                inner.parameters.is_empty()
                    && !tree.inside(function, false).into_iter().any(|id| {
                        matches!(tree.kind(id), Kind::Throw(_)) || matches!(tree.kind(id), Kind::Call { .. })
                    })
            }
            _ => false,
        }
    }

    /// A call on what a write gave: `.eq(…)`, `.select()`, `.values(…)`, `.catch(…)`.
    pub(super) fn on_written(
        &mut self,
        id: Id,
        last: &str,
        arguments: &[Id],
        of: Value,
        given: &[(Id, Value)],
        mut state: State,
    ) -> Vec<(State, Value)> {
        if given.iter().any(|(_, value)| value.has(origin::EVENT_ID))
            && let Some(write) = of.of
        {
            self.note(Met::EventId, self.here(id), "event id");
            self.claims.insert(write);
            // `.delete().eq("id", event.id)` takes the record back.
            if state.claimed.is_some_and(|claimed| claimed != write) {
                state.claimed = None;
            }
        }
        if let Some(write) = of.of
            && self.changes_only_another(id, last, write)
        {
            self.note(Met::EventId, self.here(id), "only a row in another state is changed");
        }
        let of = match last {
            "onConflictDoNothing"
            | "onConflictDoUpdate"
            | "onConflict"
            | "orIgnore"
            | "onDuplicateKeyUpdate" => {
                if let Some(write) = of.of {
                    self.notes.remove(&(Met::Adds, write));
                }
                of
            }
            "throwOnError" => {
                let failed = of.of.filter(|write| !self.is_claim(*write) && !self.is_mail(*write));
                self.throw(State { failed, noticed: None, threw: true, ..state.clone() });
                Value { origin: of.origin & !origin::ERROR, ..of }
            }
            // Nobody waits for it, and the work is asked for again some other way.
            "catch"
                if of.of.is_some_and(|write| write.module == self.module && self.is_left_alone(write.id)) =>
            {
                return vec![(state, Value::default())];
            }
            "catch" => {
                let failed = of.of.filter(|write| !self.is_claim(*write) && !self.is_mail(*write));
                let caught = State { failed, noticed: Some(self.here(id)), ..state.clone() };
                let mut ways = self.callbacks(arguments, Value::from(origin::ERROR), caught);
                ways.push(state);
                return merged(ways).into_iter().map(|state| (state, Value::default())).collect();
            }
            // Both outcomes are taken, and nobody looks at either.
            "then" if arguments.len() >= 2 && self.ignores(arguments[1]) => {
                if let Some(write) = of.of.filter(|_| of.has(origin::ERROR) && self.ignores(arguments[0])) {
                    self.note(Met::Unchecked, write, "the error that the write returns is not looked at");
                    return vec![(state, Value::default())];
                }
                let failed = of.of.filter(|write| !self.is_claim(*write) && !self.is_mail(*write));
                let caught = State { failed, noticed: Some(self.here(id)), ..state.clone() };
                return merged(vec![caught, state])
                    .into_iter()
                    .map(|state| (state, Value::default()))
                    .collect();
            }
            "then" | "finally" => {
                let ways = self.callbacks(arguments, Value { truth: Truth::Unknown, ..of }, state);
                return ways.into_iter().map(|state| (state, Value::default())).collect();
            }
            _ => of,
        };
        state.wrote = true;
        vec![(state, of)]
    }
}

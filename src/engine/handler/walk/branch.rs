//! Conditions: which ways go on in which branch, and what they know there.

use super::{
    Met, Walk,
    state::{State, Trust, Truth, Value, Why, merged, origin},
};
use crate::engine::{
    handler::words,
    source::{Id, Kind},
};

/// What stands in a condition that recognises a repeated event by the error of a unique key.
const REPEATED: [&str; 10] = [
    "23505",
    "P2002",
    "duplicate",
    "already",
    "ER_DUP",
    "11000",
    "ALREADY_EXISTS",
    "niqueViolation",
    "isDuplicate",
    "isUnique",
];

impl Walk<'_> {
    pub(super) fn branch(
        &mut self,
        condition: Id,
        then: Id,
        otherwise: Option<Id>,
        states: Vec<State>,
    ) -> Vec<State> {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for state in states {
            let (a, b) = self.test(condition, state);
            yes.extend(a);
            no.extend(b);
        }
        let (mut yes, mut no) = (merged(yes), merged(no));
        self.note_failure(condition, (then, otherwise), (&mut yes, &mut no));
        let tree = self.tree();
        if REPEATED.iter().any(|word| tree.source(condition).contains(word)) {
            if yes.first().is_none_or(|state| self.is_of_an_event(condition, state)) {
                self.note(Met::EventId, self.here(condition), "a repeated event is recognised");
            }
            // `error.code !== "23505"` holds for every other failure.
            let other = tree.source(condition).contains("!=") || tree.source(condition).contains("&& !");
            for state in if other { &mut no } else { &mut yes } {
                (state.failed, state.noticed) = (None, None);
            }
            let works = |id: Id| matches!(tree.kind(id), Kind::Await(_));
            let again = tree.inside(then, true).into_iter().any(works);
            self.repeats_work |= again;
            self.acknowledges |= !again;
        }
        if let Some(of_types) = self.asks_for_type(condition) {
            let others = if of_types { &mut yes } else { &mut no };
            for state in others {
                state.unhandled = otherwise.is_some() || of_types;
            }
        }
        let absent = self.is_absent(condition);
        if absent {
            self.looked_up.push(self.here(then));
        }
        let mut after = self.exec(then, yes);
        let left = after.is_empty();
        if absent {
            self.looked_up.pop();
        }
        let works = left && self.works(then);
        self.asked_for_state |= self.asks_for_state(condition);
        if !works && (self.is_stored(condition, left) || left && self.asks_for_state(condition)) {
            self.asked_for_event = true;
            self.acknowledges |= left;
            self.note(Met::EventId, self.here(condition), "what is stored is looked at first");
        }
        if absent && left {
            let name = self.first_name(condition);
            if let Some(name) = &name {
                self.needs_state(name);
            }
            self.required.extend(name);
        }
        if absent
            && !left
            && self.states_seen(self.asked(condition)).is_some_and(|value| value.has(origin::OBJECT_ID))
        {
            self.asked_for_event = true;
            self.note(Met::EventId, self.here(condition), "the object of the event is looked up first");
        }
        after.extend(match otherwise {
            Some(otherwise) => self.exec(otherwise, no),
            None => no,
        });
        for state in &mut after {
            state.unhandled = false;
        }
        after
    }

    /// Does a condition ask for the type of the event? `true`: it holds for all other types.
    fn asks_for_type(&self, condition: Id) -> Option<bool> {
        let tree = self.tree();
        let text = tree.source(condition);
        let asks = text.len() < 300
            && (text.contains(['\'', '"'])
                || text.contains(".has(")
                || text.contains(".includes(")
                || text.contains(" in "))
            && [
                "event.type",
                "eventType",
                "event_type",
                "evt.type",
                "payload.type",
                "event[\"type\"]",
                "event['type']",
            ]
            .iter()
            .any(|word| text.contains(word));
        let negative = matches!(tree.kind(condition), Kind::Not(_)) || text.contains("!=");
        asks.then_some(negative)
    }

    /// `if (existing) return` and `if (!existing) insert`.
    fn is_stored(&mut self, condition: Id, left: bool) -> bool {
        let tree = self.tree();
        let (positive, inner) = match tree.kind(condition) {
            Kind::Not(inner) => (false, *inner),
            Kind::Binary { left, .. } => (true, *left),
            _ => (true, condition),
        };
        let states = self.states_seen(inner);
        let text = tree.source(condition).to_ascii_lowercase();
        let says = ["exist", "already", "processed", "duplicate", "seen", "prior", "previous", "handled"]
            .iter()
            .any(|word| text.contains(word));
        let id = |value: Value| value.has(origin::EVENT_ID | origin::OBJECT_ID);
        positive == left
            && states.is_some_and(|value| {
                value.has(origin::STORED)
                    && (says || id(value) || self.is_compared_with_object(condition, value))
            })
    }

    /// What a condition asks about.
    fn asked(&self, condition: Id) -> Id {
        match self.tree().kind(condition) {
            Kind::Not(inner) => *inner,
            Kind::Binary { left, .. } => *left,
            _ => condition,
        }
    }

    /// Is something written in a branch?
    fn works(&self, branch: Id) -> bool {
        let tree = self.tree();
        tree.inside(branch, false).into_iter().any(|id| match tree.kind(id) {
            Kind::Call { callee, arguments, .. } => words::write(&tree, *callee, arguments).is_some(),
            _ => false,
        })
    }

    /// `if (!existing) { … }`: what is asked for is not stored yet.
    fn is_absent(&self, condition: Id) -> bool {
        let tree = self.tree();
        let inner = match tree.kind(condition) {
            Kind::Not(inner) => *inner,
            Kind::Binary { operator, left, right } if operator.starts_with('=') => {
                let nothing = matches!(tree.kind(*right), Kind::Nothing)
                    || tree.number(*right) == Some(0) && tree.source(*left).ends_with("length");
                if !nothing {
                    return false;
                }
                *left
            }
            Kind::Member { property, .. } if property == "empty" => condition,
            _ => return false,
        };
        self.states_seen(inner).is_some_and(|value| value.has(origin::STORED))
    }

    /// `row.status === "paid"`: has what is stored been worked on before?
    fn asks_for_state(&self, condition: Id) -> bool {
        const STATES: [&str; 12] = [
            "status",
            "state",
            "processed",
            "paid",
            "completed",
            "fulfilled",
            "credited",
            "handled",
            "settled",
            "is_paid",
            "processed_at",
            "paid_at",
        ];
        let tree = self.tree();
        let asks = |id: Id| match tree.kind(id) {
            Kind::Member { property, .. } => {
                STATES.contains(&property.to_ascii_lowercase().as_str())
                    && self.states_seen(id).is_some_and(|value| value.has(origin::STORED))
            }
            _ => false,
        };
        let negative = tree.source(condition).contains("!=") || matches!(tree.kind(condition), Kind::Not(_));
        !negative && tree.inside(condition, true).into_iter().take(40).any(asks)
    }

    /// Is the write whose error is asked about one that records events? Nobody knows of a thrown one.
    fn is_of_an_event(&self, condition: Id, state: &State) -> bool {
        let failed = self.first_name(condition).and_then(|name| state.get(&name)).and_then(|value| value.of);
        let Some(at) = failed.filter(|at| !self.claims.contains(at)) else { return true };
        let Some(module) = self.modules.get(at.module) else { return true };
        let text = module.tree.source(at.id).to_ascii_lowercase();
        ["event", "webhook", "processed", "dedup", "idempot"].iter().any(|word| text.contains(word))
    }

    fn first_name(&self, id: Id) -> Option<String> {
        let tree = self.tree();
        let names = tree.inside(id, true).into_iter().take(20);
        names.filter(|id| matches!(tree.kind(*id), Kind::Name)).map(|id| tree.source(id).to_owned()).next()
    }

    /// The value that a simple expression had when it was last evaluated.
    fn states_seen(&self, id: Id) -> Option<Value> {
        let tree = self.tree();
        let path = tree.path(id);
        let name = path.split(['.', '(']).next().unwrap_or_default().to_owned();
        self.stored.get(&name).copied()
    }

    /// The ways on which a condition holds, and those on which it does not.
    pub(super) fn test(&mut self, id: Id, state: State) -> (Vec<State>, Vec<State>) {
        if !self.may_go_on() {
            return (vec![state.clone()], vec![state]);
        }
        self.depth += 1;
        let tree = self.tree();
        let outcome = match tree.kind(id) {
            Kind::Not(inner) => {
                let (yes, no) = self.test(*inner, state);
                (no, yes)
            }
            Kind::Binary { operator, left, right } => self.tested(id, operator, *left, *right, state),
            Kind::Await(inner) if !matches!(tree.kind(*inner), Kind::Call { .. }) => self.test(*inner, state),
            _ => self.split_all(id, state),
        };
        self.depth -= 1;
        outcome
    }

    fn tested(
        &mut self,
        id: Id,
        operator: &str,
        left: Id,
        right: Id,
        state: State,
    ) -> (Vec<State>, Vec<State>) {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        let tree = self.tree();
        match operator {
            "&&" => {
                let (first, failed) = self.test(left, state);
                no = failed;
                for state in first {
                    let (a, b) = self.test(right, state);
                    yes.extend(a);
                    no.extend(b);
                }
            }
            "||" | "??" => {
                let (held, rest) = self.test(left, state);
                yes = held;
                for state in rest {
                    let (a, b) = self.test(right, state);
                    yes.extend(a);
                    no.extend(b);
                }
            }
            ">" | ">=" if matches!(tree.kind(left), Kind::Member { property, .. } if property == "length") => {
                let Kind::Member { object, .. } = tree.kind(left) else { return self.split_all(id, state) };
                return self.test(*object, state);
            }
            "===" | "==" | "!==" | "!=" => {
                let (other, truth) = match (self.constant(left), self.constant(right)) {
                    (Some(truth), None) => (right, truth),
                    (None, Some(truth)) => (left, truth),
                    _ => return self.split_all(id, state),
                };
                let (a, b) = self.test(other, state);
                return if truth == operator.starts_with('=') { (a, b) } else { (b, a) };
            }
            _ => return self.split_all(id, state),
        }
        (merged(yes), merged(no))
    }

    /// `true`, or what is false by itself: `x === null` asks whether x is there.
    fn constant(&self, id: Id) -> Option<bool> {
        match self.tree().kind(id) {
            Kind::True => Some(true),
            Kind::False | Kind::Nothing => Some(false),
            Kind::Text(text) if text.is_empty() => Some(false),
            _ => None,
        }
    }

    fn split_all(&mut self, id: Id, state: State) -> (Vec<State>, Vec<State>) {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for (state, value) in self.eval(id, state) {
            self.split(id, &state, value, &mut yes, &mut no);
        }
        (merged(yes), merged(no))
    }

    fn split(&mut self, id: Id, state: &State, value: Value, yes: &mut Vec<State>, no: &mut Vec<State>) {
        let path = self.tree().path(id);
        let known = |truth: bool| {
            let mut state = state.clone();
            if !path.is_empty() && !path.contains(['(', '…', '[']) {
                let truth = if truth { Truth::True } else { Truth::False };
                state.set(&path, Value { truth, ..value });
            }
            state
        };
        if value.truth != Truth::False {
            let mut state = known(true);
            self.holds(&mut state, value, true, id);
            yes.push(state);
        }
        if value.truth != Truth::True {
            let mut state = known(false);
            self.holds(&mut state, value, false, id);
            no.push(state);
        }
    }

    fn holds(&mut self, state: &mut State, value: Value, truth: bool, id: Id) {
        let verdict = value.has(origin::VERDICT) || value.has(super::evaluate::DENIAL);
        if verdict {
            let good = truth == value.has(origin::VERDICT);
            self.guarding.extend(state.guards.iter());
            if good {
                // What was written between the comparison and its test is written for refused events too.
                (state.pending, state.early) = (None, None);
            }
            state.trust = if good { Trust::Verified } else { Trust::Failed };
            if !good && state.why.is_none() {
                state.why = Some((Why::Failed, value.of.unwrap_or_else(|| self.here(id))));
            }
        } else if value.has(origin::SECRET | origin::SIGNATURE)
            && !value.has(origin::DIGEST)
            && state.trust == Trust::Not
        {
            if truth {
                std::rc::Rc::make_mut(&mut state.guards).insert(self.here(id));
            } else if state.why.is_none() {
                state.why = Some((Why::Missing, self.here(id)));
            }
        }
        if truth && value.has(origin::WRITTEN) && value.has(origin::ERROR) {
            let failed = value.of.filter(|of| !self.is_claim(*of));
            // What could not be recorded is not.
            if value.of.is_some() && value.of == state.claimed {
                state.claimed = None;
            }
            if failed.is_some() {
                state.fails(failed, self.here(id));
            }
        }
    }
}

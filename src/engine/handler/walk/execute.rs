//! Statements.

use super::{
    Met, Walk,
    state::{State, Truth, Value, merged, origin},
};
use crate::engine::{
    handler::words,
    source::{Id, Kind},
};

impl Walk<'_> {
    /// The ways that go on after a statement.
    pub(super) fn exec(&mut self, id: Id, states: Vec<State>) -> Vec<State> {
        if states.is_empty() {
            return states;
        }
        if !self.may_go_on() {
            return states.into_iter().map(|state| State { cut: true, ..state }).collect();
        }
        self.depth += 1;
        let after = self.statement(id, states);
        self.depth -= 1;
        merged(after)
    }

    fn statement(&mut self, id: Id, states: Vec<State>) -> Vec<State> {
        let tree = self.tree();
        match tree.kind(id) {
            Kind::Block(parts) => {
                let mut states = states;
                for part in parts {
                    states = self.exec(*part, states);
                }
                states
            }
            Kind::If { condition, then, otherwise } => self.branch(*condition, *then, *otherwise, states),
            Kind::Try { body, catches, finally } => {
                let after = self.attempt(*body, catches, states);
                match finally {
                    Some(finally) => self.exec(*finally, after),
                    None => after,
                }
            }
            Kind::Loop { head, body } => {
                let mut before = states;
                for part in head {
                    before = self.exec(*part, before);
                }
                self.breaks.push(Vec::new());
                let mut after = self.exec(*body, before.clone());
                after.extend(self.breaks.pop().unwrap_or_default());
                after.extend(before);
                after
            }
            Kind::Switch { subject, cases } => self.switch(*subject, cases, states),
            Kind::Return(value) => {
                for (state, value) in self.returned(*value, states) {
                    if let Some(returns) = self.returns.last_mut() {
                        returns.push((state, value));
                    }
                }
                Vec::new()
            }
            Kind::Throw(value) => self.thrown(id, *value, states),
            Kind::Leave => {
                if let Some(breaks) = self.breaks.last_mut() {
                    breaks.extend(states);
                }
                Vec::new()
            }
            Kind::Function(_) | Kind::Class { .. } | Kind::Import { .. } => states,
            Kind::Export { value, .. } => self.exec(*value, states),
            _ => self.alone(id, states),
        }
    }

    /// An expression whose value nobody takes.
    fn alone(&mut self, id: Id, states: Vec<State>) -> Vec<State> {
        let tree = self.tree();
        let mut after = Vec::new();
        for state in states {
            for (state, value) in self.eval(id, state) {
                let is_call = matches!(tree.kind(id), Kind::Call { .. } | Kind::Await(_));
                if is_call && value.has(origin::VERDICT) && !value.has(origin::EVENT) {
                    let at = value.of.unwrap_or_else(|| self.here(id));
                    self.note(Met::FailOpen, at, super::super::IGNORED);
                }
                if is_call && value.has(origin::WRITTEN) {
                    self.unheeded(id, value);
                } else {
                    self.not_awaited(id);
                }
                after.push(state);
            }
        }
        after
    }

    /// A write as a statement: was it waited for, could its error be seen?
    fn unheeded(&mut self, id: Id, value: Value) {
        let tree = self.tree();
        let at = value.of.unwrap_or_else(|| self.here(id));
        if !matches!(tree.kind(id), Kind::Await(_)) {
            if value.has(origin::PROMISE) {
                self.note(Met::Unawaited, at, "the write is not waited for");
            }
        } else if value.has(origin::ERROR) {
            let what = if self.is_journal(at) {
                super::super::UNHEARD
            } else {
                "the error that the write returns is not looked at"
            };
            self.note(Met::Unchecked, at, what);
        }
    }

    /// A function of one's own that works asynchronously, called as a statement.
    fn not_awaited(&mut self, id: Id) {
        const SPEAKS: [&str; 9] =
            ["log", "track", "audit", "metric", "analytic", "capture", "report", "cache", "debug"];
        let tree = self.tree();
        let Kind::Call { callee, .. } = tree.kind(id) else { return };
        // `work(event).catch(log)` is waited for no more than `work(event)`.
        let inner = match tree.kind(*callee) {
            Kind::Member { object, property } if matches!(property.as_str(), "catch" | "then") => {
                match tree.kind(*object) {
                    Kind::Call { callee, .. } => Some(*callee),
                    _ => None,
                }
            }
            _ => None,
        };
        let callee = &inner.unwrap_or(*callee);
        let (name, path) = (tree.last_name(*callee).to_owned(), tree.path(*callee));
        let own = matches!(tree.kind(*callee), Kind::Name) || path.starts_with("this.");
        let lower = name.to_ascii_lowercase();
        // Whoever catches what a message to people fails with has not forgotten to wait.
        let meant =
            inner.is_some() && ["notif", "alert", "admin", "slack"].iter().any(|word| lower.contains(word));
        if !own || meant || SPEAKS.iter().any(|word| lower.contains(word)) || !self.live {
            return;
        }
        if let Some(function) = self.function_named(&name)
            && self.works_later(function)
        {
            self.note(Met::Unawaited, self.here(id), format!("`{name}` is not waited for"));
        }
    }

    /// Is a function asynchronous, and does it more than read?
    pub(super) fn works_later(&self, function: super::At) -> bool {
        let Some(module) = self.modules.get(function.module) else { return false };
        let tree = &module.tree;
        let head = tree.source(function.id).split(['(', '{', '=']).next().unwrap_or_default();
        let arrow = tree.source(function.id).starts_with("async");
        (arrow || head.split_whitespace().any(|word| word == "async"))
            && tree.inside(function.id, false).into_iter().any(|id| match tree.kind(id) {
                Kind::Call { callee, arguments, .. } => words::write(tree, *callee, arguments).is_some(),
                Kind::Await(inner) => match tree.kind(*inner) {
                    Kind::Call { callee, .. } => {
                        let (last, path) = (tree.last_name(*callee), tree.path(*callee));
                        !words::reads(last, &path) && !matches!(last, "json" | "text" | "sleep" | "")
                    }
                    _ => false,
                },
                _ => false,
            })
    }

    fn attempt(&mut self, body: Id, catches: &[(Option<String>, Id)], states: Vec<State>) -> Vec<State> {
        self.throws.push(Vec::new());
        let mut after = self.exec(body, states);
        let thrown = merged(self.throws.pop().unwrap_or_default());
        if catches.is_empty() {
            for state in thrown {
                self.throw(state);
            }
            return after;
        }
        for (index, (name, caught)) in catches.iter().enumerate() {
            let at = self.here(*caught);
            // An exception that is an answer has a clause of its own, the first.
            let fits = |state: &&State| index == 0 || state.responded.is_none();
            let taken = self.is_taken(*caught);
            let entering = thrown.iter().filter(fits).cloned().map(|mut state| {
                if let Some(name) = name {
                    state.set(name.trim(), Value { truth: Truth::True, ..Value::from(origin::ERROR) });
                }
                state.notice(at);
                if taken {
                    self.repeated(*caught, &mut state);
                }
                if state.trust == super::state::Trust::Failed && state.why.is_none() {
                    state.why = Some((super::state::Why::Failed, at));
                }
                state
            });
            let entering = entering.collect();
            after.extend(self.exec(*caught, entering));
        }
        after
    }

    fn switch(&mut self, subject: Id, cases: &[Id], states: Vec<State>) -> Vec<State> {
        let tree = self.tree();
        let subjects: Vec<(State, Value)> =
            states.into_iter().flat_map(|state| self.eval(subject, state)).collect();
        // What is known to be one text takes the case of that text alone.
        let known = match subjects.as_slice() {
            [(_, value)] => value.text,
            _ => None,
        };
        let text_of = |id: Id| tree.literal(id).and_then(|text| Value::text(text).text);
        let fits =
            |tests: &[Id]| tests.iter().any(|test| text_of(*test).is_none() || text_of(*test) == known);
        let fitting = known.is_some()
            && cases.iter().any(
                |case| matches!(tree.kind(*case), Kind::Case { tests, .. } if !tests.is_empty() && fits(tests)),
            );
        let before = merged(subjects.into_iter().map(|(state, _)| state).collect());
        let text = tree.source(subject).to_ascii_lowercase();
        let of_types = ["type", "event", "topic", "action"].iter().any(|word| text.contains(word));
        self.breaks.push(Vec::new());
        let (mut falling, mut has_default): (Vec<State>, bool) = (Vec::new(), false);
        for case in cases {
            let Kind::Case { tests, body } = tree.kind(*case) else { continue };
            let default = tests.is_empty();
            has_default |= default;
            let enters = known.is_none() || if default { !fitting } else { fits(tests) };
            let entering = before
                .iter()
                .filter(|_| enters)
                .cloned()
                .map(|state| State { unhandled: default && of_types || state.unhandled, ..state });
            let mut states: Vec<State> = falling.drain(..).chain(entering).collect();
            for part in body {
                states = self.exec(*part, states);
            }
            falling = states;
        }
        let mut after = falling;
        after.extend(self.breaks.pop().unwrap_or_default());
        if !has_default && !fitting {
            after.extend(before);
        }
        after.into_iter().map(|state| State { unhandled: false, ..state }).collect()
    }

    fn returned(&mut self, value: Option<Id>, states: Vec<State>) -> Vec<(State, Value)> {
        let Some(value) = value else {
            return states
                .into_iter()
                .map(|state| (state, Value { origin: origin::NOTHING, ..Value::known(false) }))
                .collect();
        };
        let tree = self.tree();
        let mut out = Vec::new();
        for state in states {
            // `return "text", 400` of Flask.
            if let Kind::List(parts) = tree.kind(value)
                && let [body, .., last] = parts[..]
                && let Some(status) =
                    parts.get(1).and_then(|part| tree.number(*part)).or_else(|| tree.number(last))
            {
                for (mut state, given) in self.eval(body, state) {
                    state.responded = None;
                    self.answer(value, u16::try_from(status).ok(), given, &mut state);
                    out.push((state, Value::default()));
                }
                continue;
            }
            for (mut state, given) in self.eval(value, state) {
                // Fastify and its like answer with what the handler returns.
                let object = matches!(tree.kind(value), Kind::Object(_));
                if object && state.responded.is_none() && state.code.is_some() {
                    let code = state.code;
                    self.answer(value, code, given, &mut state);
                }
                out.push((state, given));
            }
        }
        out
    }

    fn thrown(&mut self, id: Id, value: Option<Id>, states: Vec<State>) -> Vec<State> {
        let mut thrown = Vec::new();
        for state in states {
            match value {
                Some(value) => thrown.extend(self.eval(value, state).into_iter().map(|(state, _)| state)),
                None => thrown.push(state),
            }
        }
        for mut state in thrown {
            state.passes_on(|noticed| self.is_thrown_on(id, value, noticed));
            self.throw(State { threw: true, ..state });
        }
        Vec::new()
    }

    /// Is a failure that was looked at there the reason for this exception, and not another one?
    fn is_thrown_on(&self, id: Id, value: Option<Id>, noticed: super::At) -> bool {
        let tree = self.tree();
        let named = |at: super::At| {
            let module = self.modules.get(at.module)?;
            let mut inside = module.tree.inside(at.id, true).into_iter().take(20);
            inside
                .find(|part| matches!(module.tree.kind(*part), Kind::Name))
                .map(|name| module.tree.source(name).to_owned())
        };
        let name = named(noticed).filter(|_| noticed.module == self.module);
        let mentions = |value: Id| {
            tree.inside(value, true).into_iter().take(60).any(|part| {
                matches!(tree.kind(part), Kind::Name) && name.as_deref() == Some(tree.source(part))
            })
        };
        if value.is_some_and(mentions) {
            return true;
        }
        let here = self.here(id);
        let calls = self.sites.iter().map(|(site, _)| *site);
        let mut reasons = std::iter::once(here).chain(calls).filter_map(|at| self.reasons_of(at)).peekable();
        // What is thrown without a condition of its own is thrown for what went before.
        reasons.peek().is_none()
            || reasons.any(|reasons| reasons.iter().any(|reason| self.covers_place(*reason, noticed)))
    }

    /// The branches and catches around a place, within its function.
    fn reasons_of(&self, at: super::At) -> Option<Vec<super::At>> {
        let tree = &self.modules.get(at.module)?.tree;
        let around: Vec<Id> = std::iter::once(at.id)
            .chain(tree.ancestors(at.id))
            .take_while(
                |outer| !matches!(tree.kind(*outer), Kind::Function(function) if !function.name.is_empty()),
            )
            .collect();
        let caught = |id: Id| {
            tree.parent(id).is_some_and(|parent| match tree.kind(parent) {
                Kind::Try { catches, .. } => catches.iter().any(|(_, caught)| *caught == id),
                _ => false,
            })
        };
        let of_promise =
            |id: Id| matches!(tree.kind(id), Kind::Call { callee, .. } if tree.last_name(*callee) == "catch");
        let reasons: Vec<super::At> = around
            .into_iter()
            .filter_map(|id| match tree.kind(id) {
                Kind::If { condition, .. } => Some(*condition),
                _ => (caught(id) || of_promise(id)).then_some(id),
            })
            .map(|id| super::At { module: at.module, id })
            .collect();
        (!reasons.is_empty()).then_some(reasons)
    }

    fn covers_place(&self, outer: super::At, inner: super::At) -> bool {
        let Some(module) = self.modules.get(outer.module).filter(|_| outer.module == inner.module) else {
            return false;
        };
        let (outer, inner) = (module.tree.node(outer.id), module.tree.node(inner.id));
        outer.from <= inner.from && inner.to <= outer.to
    }

    pub(super) fn throw(&mut self, state: State) {
        const WAYS: usize = 64;
        if let Some(throws) = self.throws.last_mut() {
            throws.push(state);
            if throws.len() > WAYS {
                *throws = merged(std::mem::take(throws));
            }
        }
    }
}

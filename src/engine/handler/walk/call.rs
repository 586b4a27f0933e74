//! Calls: what they mean, do, and where they lead.

use super::{
    At, CALLS, Met, Walk, answer, evaluate, promise,
    state::{State, Trust, Truth, Value, merged, origin},
};
use crate::engine::{
    handler::{
        forms::{is_conversion, keeps_text},
        words,
    },
    source::{Id, Kind},
};

/// Calls on a value that only ask about it.
const ASKS: &[&str] = &[
    "startsWith",
    "endsWith",
    "includes",
    "has",
    "test",
    "startswith",
    "endswith",
    "isEmpty",
    "Boolean",
    "typeof",
];

impl Walk<'_> {
    pub(super) fn call(
        &mut self,
        id: Id,
        callee: Id,
        arguments: &[Id],
        new: bool,
        state: State,
    ) -> Vec<(State, Value)> {
        let tree = self.tree();
        if let Some(name) = words::environment(&tree, id) {
            return vec![(state, self.variable(id, &name, arguments))];
        }
        let object = match tree.kind(callee) {
            Kind::Member { object, .. } => Some(*object),
            Kind::Name => None,
            _ => Some(callee),
        };
        let mut ways = Vec::new();
        let objects = match object {
            // What throws before `.catch(…)` is caught there.
            Some(object) if tree.last_name(callee) == "catch" => {
                self.throws.push(Vec::new());
                let objects = self.eval(object, state);
                let thrown = self.throws.pop().unwrap_or_default();
                ways.extend(self.caught_there(id, arguments, thrown));
                objects
            }
            Some(object) => self.eval(object, state),
            None => vec![(state, Value::default())],
        };
        let plain: Vec<Id> = arguments
            .iter()
            .copied()
            .filter(|argument| !matches!(tree.kind(*argument), Kind::Function(_)))
            .collect();
        for (state, of) in objects {
            for (state, values) in self.each(&plain, state) {
                let given: Vec<(Id, Value)> = plain.iter().copied().zip(values).collect();
                ways.extend(self.called(id, callee, arguments, new, of, &given, state));
            }
        }
        ways
    }

    /// `env.get(NAME, default)`.
    fn variable(&mut self, id: Id, name: &str, arguments: &[Id]) -> Value {
        let secret = self.secrecy(name);
        if secret == 0 {
            return Value::default();
        }
        let empty =
            arguments.get(1).is_some_and(|default| self.tree().literal(*default).is_some_and(str::is_empty));
        let origins = if empty { secret | origin::EMPTY } else { secret };
        Value { of: Some(self.here(id)), ..Value::from(origins) }
    }

    #[allow(clippy::too_many_arguments)] // the parts of one call
    fn called(
        &mut self,
        id: Id,
        callee: Id,
        arguments: &[Id],
        new: bool,
        of: Value,
        given: &[(Id, Value)],
        state: State,
    ) -> Vec<(State, Value)> {
        let tree = self.tree();
        let path = tree.path(callee);
        let last = tree.last_name(callee).to_owned();
        let all = given.iter().fold(0, |all, (_, value)| all | value.origin);
        let raw_ids: Vec<Id> = arguments.to_vec();
        self.for_each(id, &last, arguments);
        if let Some(refuses) = words::verifies(&tree, callee) {
            // A function of one's own with that name is walked instead.
            let compares =
                refuses == words::Refuses::ByAnswer && given.len() == 2 && !words::says_verify(&last);
            if compares
                || self.function_named(&last).is_none()
                || path.contains('.') && !path.starts_with("this.")
            {
                return self.verification(id, callee, refuses, given, state);
            }
        }
        if words::is_digest(&last, &path) {
            return vec![(state, self.digest(id, &last, given))];
        }
        if of.has(origin::DIGEST) && last == "update" {
            let digest = self.digest(id, "update", given);
            return vec![(state, digest)];
        }
        if let Some(value) = self.read(id, &path, &last, of, given) {
            let state =
                if value.has(origin::PARSED | origin::BODY) { self.fallen_back(id, state) } else { state };
            return self.after_callbacks(arguments, value, of, state);
        }
        if words::logs(&path) {
            self.logged(id, given);
            return vec![(state, Value::default())];
        }
        if last == "next" && path == "next" && !given.is_empty() {
            // The framework answers the error.
            let state = State { pending: None, failed: None, responded: Some(0), ..state };
            return vec![(state, Value::default())];
        }
        if last == "next" && path == "next" {
            let mut state = state;
            state.responded = None;
            self.breaks.last_mut().into_iter().for_each(|breaks| breaks.push(state.clone()));
            return vec![(state, Value::default())];
        }
        if let Some(status) = answer::sets_status(&tree, id, callee, arguments) {
            return vec![(State { code: Some(status), ..state }, Value::default())];
        }
        if let Some(status) = answer::of_call(&tree, callee, &raw_ids, new) {
            let mut state = state;
            let status = match (status, state.code) {
                (Some(200), Some(code)) => Some(code),
                (None, _) => self.status_of_helper(),
                (status, _) => status,
            };
            self.answer(id, status, Value::from(all | of.origin & origin::ERROR_TEXT), &mut state);
            if matches!(last.as_str(), "abort" | "error") {
                self.throw(state);
                return Vec::new();
            }
            return vec![(state, Value::default())];
        }
        if let Some(write) = words::write(&tree, callee, &raw_ids) {
            return self.written(id, &write, arguments, given, of, state);
        }
        if state.trust == Trust::Verified
            && words::changes_elsewhere(&tree, callee, &raw_ids)
            && !self.is_speaking()
        {
            // The event's id in somebody else's request tells no repeat here.
            let plain = |(id, value): &(Id, Value)| {
                (*id, Value { origin: value.origin & !origin::EVENT_ID, ..*value })
            };
            let given: Vec<(Id, Value)> = given.iter().map(plain).collect();
            let write = words::Write { effect: words::Effect::Sets, returns_error: false, promised: true };
            return self.written(id, &write, arguments, &given, Value::default(), state);
        }
        if of.has(origin::WRITTEN) {
            return self.on_written(id, &last, arguments, of, given, state);
        }
        self.elsewhere(id, callee, arguments, of, given, state)
    }

    /// An unverified body that is taken for the event.
    fn fallen_back(&self, id: Id, mut state: State) -> State {
        if state.trust != Trust::Verified && state.why.is_some() && !self.in_verification() {
            state.fallback = state.fallback.or(Some(self.here(id)));
        }
        state
    }

    /// Calls that give a part of the request, or change its form.
    fn read(&mut self, id: Id, path: &str, last: &str, of: Value, given: &[(Id, Value)]) -> Option<Value> {
        let all = given.iter().fold(0, |all, (_, value)| all | value.origin);
        let first = given.first().and_then(|(id, _)| self.tree().literal(*id).map(str::to_owned));
        let value = Value::from;
        let body = |walk: &mut Self, origins| {
            walk.note(Met::ReadsBody, walk.here(id), "reads the body");
            Some(value(origins))
        };
        // `c.json({ … })` of Hono answers, and does not read.
        let answers = !given.is_empty() && answer::is_context(path);
        if of.has(origin::REQUEST) && !answers {
            match last {
                "json" | "get_json" | "formData" | "form" | "readJson" | "parseBody" => {
                    return body(self, origin::PARSED | origin::EVENT);
                }
                "text" | "arrayBuffer" | "blob" | "bytes" | "buffer" | "get_data" | "body"
                | "readAsString" | "getBody" => {
                    return body(self, origin::RAW);
                }
                "clone" => return Some(of),
                "header" | "get" => {
                    return Some(value(first.as_deref().map_or(origin::HEADER, evaluate::header)));
                }
                "query" | "param" => return Some(value(origin::QUERY)),
                "on" => {
                    self.note(Met::ReadsBody, self.here(id), "reads the body");
                    return Some(value(origin::RAW));
                }
                _ => {}
            }
        }
        if all & origin::REQUEST != 0 {
            match last {
                "buffer" | "getRawBody" | "readRawBody" | "rawBody" | "text" | "raw" | "getBuffer" => {
                    return body(self, origin::RAW);
                }
                "readBody" | "json" => return body(self, origin::PARSED | origin::EVENT),
                "getHeader" | "getRequestHeader" => {
                    let name = given.get(1).and_then(|(id, _)| self.tree().literal(*id).map(str::to_owned));
                    return Some(value(name.as_deref().map_or(origin::HEADER, evaluate::header)));
                }
                "getHeaders" => return Some(value(origin::HEADERS)),
                "URL" | "getQuery" => return Some(value(origin::QUERY)),
                _ => {}
            }
        }
        match last {
            "parse" | "loads" | "jsonDecode" | "parse_raw" | "safeParse" if path != "URL.parse" => {
                (all & (origin::RAW | origin::BODY | origin::PARSED) != 0)
                    .then(|| value(origin::PARSED | origin::EVENT))
            }
            "stringify" | "dumps" | "jsonEncode" if all & origin::OBJECT != 0 => {
                Some(value(origin::OBJECT | origin::EVENT))
            }
            "stringify" | "dumps" | "jsonEncode" => {
                (all & (origin::PARSED | origin::BODY) != 0 && all & origin::RAW == 0).then(|| {
                    value(
                        origin::REWRITTEN
                            | origin::EVENT
                            | (all & (origin::HEADERS | origin::ERROR | origin::ERROR_TEXT)),
                    )
                })
            }
            "headers" if path == "headers" => Some(value(origin::HEADERS)),
            "get" | "header" if of.has(origin::HEADERS) || path.starts_with("headers") => {
                Some(value(first.as_deref().map_or(origin::HEADER, evaluate::header)))
            }
            "get" if of.has(origin::QUERY) => Some(value(origin::QUERY)),
            "fromEntries" if all & origin::HEADERS != 0 => Some(value(origin::HEADERS)),
            "now" | "utcnow" if path.contains('.') => Some(value(origin::CLOCK)),
            "time" if path == "time.time" => Some(value(origin::CLOCK)),
            "Date" if given.is_empty() => Some(value(origin::CLOCK)),
            _ if ASKS.contains(&last) => {
                if of.has(origin::SECRET) || all & origin::SECRET != 0 {
                    Some(Value::default())
                } else {
                    None
                }
            }
            "toString" | "message" if of.has(origin::ERROR) => Some(value(origin::ERROR_TEXT)),
            "String" | "str" | "repr" if all & origin::ERROR != 0 => Some(value(origin::ERROR_TEXT)),
            _ => None,
        }
    }

    fn logged(&mut self, id: Id, given: &[(Id, Value)]) {
        let at = self.here(id);
        let tree = self.tree();
        for (argument, value) in given {
            let event = value.has(origin::EVENT) && value.of.is_some();
            if event && matches!(tree.kind(*argument), Kind::Name) {
                self.note(Met::Logged, at, "the whole event");
                continue;
            }
            let named = matches!(tree.kind(*argument), Kind::Name | Kind::Member { .. });
            let written = matches!(tree.kind(*argument), Kind::Call { .. });
            if (named || written) && value.has(origin::OBJECT) {
                self.note(Met::Logged, at, "the whole object of the event");
                continue;
            }
            if named && value.has(origin::SIGNATURE) && !value.has(origin::DIGEST | origin::EVENT) {
                self.note(Met::Logged, at, "the signature that was sent");
                continue;
            }
            let whole = matches!(
                tree.kind(*argument),
                Kind::Name | Kind::Member { .. } | Kind::Call { .. } | Kind::Template(_) | Kind::Object(_)
            );
            if value.has(origin::SECRET | origin::API_KEY) && !value.has(origin::DIGEST) {
                self.note(Met::Logged, at, "a secret");
            } else if value.has(origin::DIGEST) {
                self.note(Met::Logged, at, "the expected signature");
            } else if value.has(origin::HEADERS) && whole {
                self.note(Met::Logged, at, "all headers");
            } else if value.has(origin::RAW | origin::REWRITTEN | origin::BODY)
                && whole
                && !["length", "len("].iter().any(|word| tree.source(*argument).contains(word))
            {
                self.note(Met::Logged, at, "the whole body");
            }
        }
    }

    /// A function of this repository is walked; of another one, only what it is given is known.
    fn elsewhere(
        &mut self,
        id: Id,
        callee: Id,
        arguments: &[Id],
        of: Value,
        given: &[(Id, Value)],
        state: State,
    ) -> Vec<(State, Value)> {
        let tree = self.tree();
        let path = tree.path(callee);
        let last = tree.last_name(callee).to_owned();
        let all = given.iter().fold(0, |all, (_, value)| all | value.origin);
        if let Some(status) = self.refused_elsewhere(id, callee, arguments) {
            let mut state = state;
            self.answer(
                id,
                Some(status),
                Value::from(all & (origin::ERROR | origin::ERROR_TEXT)),
                &mut state,
            );
            return vec![(state, Value::default())];
        }
        let own = matches!(tree.kind(callee), Kind::Name)
            || path.starts_with("this.")
            || path.starts_with("self.")
            || self.is_imported(&path);
        let sent_parts = origin::RAW | origin::BODY | origin::SIGNATURE | origin::REQUEST | origin::HEADERS;
        let asks_provider = own
            && words::says_verify(&last)
            && all & (origin::EVENT | origin::EVENT_ID | origin::PARSED) != 0
            && all & (sent_parts | origin::SECRET | origin::DIGEST) == 0;
        // With a part of the event and nothing that signs it, only the provider can be asked.
        if asks_provider {
            return self.delegated(id, &last, given, state);
        }
        let function = if own { self.function_named(&last) } else { None };
        if let Some(function) = function.or_else(|| self.method(callee)) {
            if let Some(value) = self.of_computation(function, all | of.origin) {
                return self.after_callbacks(arguments, value, of, state);
            }
            let gives_error = all & (origin::ERROR | origin::ERROR_TEXT) != 0;
            self.sites.push((self.here(id), gives_error));
            let before = self.verifying;
            let ways = self.walk_function(function, arguments, given, state);
            self.sites.pop();
            let says = before == self.verifying && all & sent_parts != 0;
            if says && words::says_verify(&last) && self.verifies_elsewhere(function) {
                return self.verified_elsewhere(id, &last, ways);
            }
            if says && words::says_signature(&last) {
                self.hollow(function);
            }
            if words::says_verify(&last) {
                return self.refused_by_guard(id, ways);
            }
            return ways;
        }
        // Whatever it is called: it is given the digest and what was sent.
        let sent = origin::SIGNATURE | origin::HEADER | origin::HEADERS;
        let pairs = is_conversion(&last) || matches!(last.as_str(), "zip" | "enumerate" | "min" | "max");
        if all & origin::DIGEST != 0 && all & sent != 0 && given.len() >= 2 && !pairs {
            return self.verification(id, callee, words::Refuses::ByAnswer, given, state);
        }
        if self.forwards(id, &path, all) {
            let state = State { trust: Trust::Verified, why: None, pending: None, ..state };
            return self.after_callbacks(arguments, Value::default(), of, state);
        }
        if let Some(ways) = self.asks_back(id, callee, given, &state) {
            return ways;
        }
        let dispatched = self.dispatched(callee);
        if !dispatched.is_empty() {
            let mut ways = Vec::new();
            for function in dispatched {
                ways.extend(self.walk_function(function, arguments, given, state.clone()));
            }
            let states = merged(ways.into_iter().map(|(state, _)| state).collect());
            return states.into_iter().map(|state| (state, Value::default())).collect();
        }
        let state = self.handed(&last, arguments, state);
        let reads = words::reads(&last, &path);
        if words::says_verify(&last)
            && !of.has(origin::DIGEST)
            && all
                & (origin::RAW
                    | origin::BODY
                    | origin::SIGNATURE
                    | origin::REQUEST
                    | origin::SECRET
                    | origin::HEADERS)
                != 0
        {
            return self.delegated(id, &last, given, state);
        }
        if own && all & (origin::EVENT | origin::EVENT_ID | origin::HEADER) != 0 && words::says_dedupe(&last)
        {
            self.note(Met::EventId, self.here(id), "event id");
        }
        let keeps = matches!(
            last.as_str(),
            "doc" | "get" | "set" | "exists" | "setnx" | "sadd" | "has" | "add" | "document" | "key"
        );
        if all & origin::EVENT_ID != 0
            && (keeps || words::reads(&last, &path) || own && !is_conversion(&last) && last != "all")
        {
            self.note(Met::EventId, self.here(id), "event id");
        }
        let mut state = state;
        let fetches = ["retrieve", "list", "expand"].iter().any(|word| last.starts_with(word));
        let acts =
            all & (origin::EVENT | origin::EVENT_ID) != 0 && !reads && !fetches && !is_conversion(&last);
        state.acted |= acts && self.is_awaited(id);
        // To make an exception is not to throw it.
        let makes_error = last.ends_with("Error") || last.ends_with("Exception");
        if !makes_error && !self.is_left_alone(id) {
            self.throw(State { threw: true, ..state.clone() });
        }
        let whole = given.iter().any(|(argument, value)| self.is_the_event(*argument, *value, &last));
        if whole && own && !fetches && !reads && !is_conversion(&last) && self.takes_over(&path) {
            self.note(Met::HandsOver, self.here(id), &*last);
            self.effect(self.here(id), &mut state);
        }
        if acts {
            self.note(Met::Acts, self.here(id), "acts");
        }
        if path == "fetch"
            || path.contains("axios")
            || path.starts_with("requests.")
            || path.starts_with("http.")
        {
            self.note(Met::Acts, self.here(id), "calls");
        }
        let stored = reads && (all | of.origin) & (origin::EVENT | origin::EVENT_ID | origin::STORED) != 0;
        let mut origins = (all | of.origin)
            & !(origin::VERDICT
                | evaluate::DENIAL
                | origin::WRITTEN
                | origin::NOTHING
                | origin::REQUEST
                | origin::ERROR);
        // What is made with a secret is not the secret.
        if !keeps_text(&last) {
            origins &= !(origin::SECRET | origin::API_KEY | origin::EMPTY);
            // Nor is what a signature was given for that signature.
            if given.len() >= 2 {
                origins &= !(origin::SIGNATURE | origin::RAW);
            }
        }
        if stored {
            origins = origin::STORED | origins & (origin::EVENT_ID | origin::EVENT | origin::OBJECT_ID);
        }
        if of.has(origin::ERROR) {
            origins |= origin::ERROR_TEXT;
        }
        let mut value = Value { of: of.of, ..Value::from(origins) };
        if matches!(last.as_str(), "some" | "every" | "find" | "any") && !arguments.is_empty() {
            let (states, given) = self.called_back(arguments, of.or(value), state);
            value.origin |= given & origin::VERDICT;
            return states.into_iter().map(|state| (state, value)).collect();
        }
        self.after_callbacks(arguments, value, of, state)
    }

    pub(super) fn walk_function(
        &mut self,
        function: At,
        arguments: &[Id],
        given: &[(Id, Value)],
        state: State,
    ) -> Vec<(State, Value)> {
        if self.calls.contains(&function) || self.calls.len() >= CALLS {
            return vec![(state, Value::default())];
        }
        let caller = state.env.clone();
        let local = function.module == self.module;
        let from = self.module;
        let values: Vec<Value> = arguments
            .iter()
            .map(|argument| {
                given.iter().find(|(id, _)| id == argument).map_or(Value::default(), |(_, value)| *value)
            })
            .collect();
        let mut inner = state;
        if !local {
            inner.env = self.module_env(function.module);
        }
        self.module = function.module;
        self.calls.push(function);
        self.throws.push(Vec::new());
        let out = self.body_of(function.id, &values, inner);
        let thrown = self.throws.pop().unwrap_or_default();
        self.calls.pop();
        self.module = from;
        // Who catches knows its own names, not those of the function.
        for state in thrown {
            self.throw(State { env: caller.clone(), ..state });
        }
        out.into_iter().map(|(state, value)| (State { env: caller.clone(), ..state }, value)).collect()
    }

    /// Walks a function with its parameters bound; each way with what it returns.
    pub(super) fn body_of(
        &mut self,
        function: Id,
        values: &[Value],
        mut state: State,
    ) -> Vec<(State, Value)> {
        let tree = self.tree();
        let Kind::Function(inner) = tree.kind(function) else { return vec![(state, Value::default())] };
        for (index, parameter) in inner.parameters.iter().enumerate() {
            let given = values.get(index).copied().unwrap_or_default();
            for (name, key) in tree.bound(*parameter) {
                let value =
                    if key.is_empty() { given } else { Value { truth: Truth::Unknown, text: None, ..given } };
                let value = if index >= values.len() || value.origin == 0 {
                    promise::defaulted(&tree, *parameter, &name).unwrap_or(value)
                } else {
                    value
                };
                state.set(&name, value);
                self.remember(&name, value);
            }
        }
        let Some(body) = inner.body else { return vec![(state, Value::default())] };
        if !matches!(tree.kind(body), Kind::Block(_)) {
            return self.eval(body, state);
        }
        self.returns.push(Vec::new());
        let fallen = self.exec(body, vec![state]);
        let mut out = self.returns.pop().unwrap_or_default();
        let nothing = Value { origin: origin::NOTHING, ..Value::known(false) };
        out.extend(fallen.into_iter().map(|state| (state, nothing)));
        out.truncate(32);
        out
    }
}

//! Expressions: where their values come from.

use super::{
    Met, Walk,
    state::{State, Trust, Truth, Value, origin},
};
use crate::engine::{
    handler::words,
    source::{Id, Kind},
};

/// True when a signature or secret was wrong.
pub(super) const DENIAL: u32 = 1 << 21;
/// What a verification that answers with an object says in it.
const FLAGS: [&str; 6] = ["ok", "valid", "isValid", "success", "verified", "is_valid"];
/// What a comparison or a calculation keeps of its operands.
const KEPT: u32 = !(origin::VERDICT
    | DENIAL
    | origin::WRITTEN
    | origin::STORED
    | origin::NOTHING
    | origin::REQUEST
    | origin::OBJECT);

/// A handler's parameter by its name, by the property it takes of one, or by its place.
pub(super) fn of_request(name: &str, key: &str, index: usize) -> Value {
    let word = if key.is_empty() { name } else { key };
    Value::from(match word {
        "req" | "request" | "ctx" | "context" | "c" | "_req" | "self" | "r" => origin::REQUEST,
        "event" if key.is_empty() && index == 0 => origin::REQUEST | origin::EVENT,
        "body" => origin::BODY,
        "rawBody" | "raw" => origin::RAW,
        "headers" => origin::HEADERS,
        "query" | "searchParams" | "params" => origin::QUERY,
        name if words::is_signature(name) => origin::SIGNATURE | origin::HEADER,
        "env" | "res" | "response" | "reply" | "next" => 0,
        _ if index == 0 && key.is_empty() => origin::REQUEST,
        _ => 0,
    })
}

impl Walk<'_> {
    /// Every way that an expression can go, with its value on it.
    pub(super) fn eval(&mut self, id: Id, state: State) -> Vec<(State, Value)> {
        if !self.may_go_on() {
            return vec![(state, Value::default())];
        }
        self.depth += 1;
        let values = self.expression(id, state);
        self.depth -= 1;
        values
    }

    fn expression(&mut self, id: Id, state: State) -> Vec<(State, Value)> {
        let tree = self.tree();
        match tree.kind(id) {
            Kind::Name => {
                let value = self.named(tree.source(id), &state);
                vec![(state, value)]
            }
            Kind::Text(text) => vec![(state, Value::text(text))],
            Kind::True | Kind::Number => vec![(state, Value::known(true))],
            Kind::False => vec![(state, Value::known(false))],
            Kind::Nothing => vec![(state, Value { origin: origin::NOTHING, ..Value::known(false) })],
            Kind::Member { object, property } => self.member(id, *object, property, state),
            Kind::Call { callee, arguments, new } => self.call(id, *callee, arguments, *new, state),
            Kind::Await(inner) => self.eval(*inner, state),
            Kind::Not(inner) => {
                let (yes, no) = self.test(*inner, state);
                let no = no.into_iter().map(|state| (state, Value::known(true)));
                yes.into_iter().map(|state| (state, Value::known(false))).chain(no).collect()
            }
            Kind::Binary { operator, left, right } => self.binary(id, operator, *left, *right, state),
            Kind::If { condition, then, otherwise } => {
                let before = state.clone();
                let (yes, no) = self.test(*condition, state);
                let mut values: Vec<(State, Value)> =
                    yes.into_iter().flat_map(|state| self.eval(*then, state)).collect();
                for state in no {
                    match otherwise {
                        Some(otherwise) => values.extend(self.eval(*otherwise, state)),
                        None => values.push((state, Value::default())),
                    }
                }
                Self::computed(&before, values)
            }
            Kind::Assign { target, value, operator } => self.assign(id, *target, *value, operator, state),
            Kind::Object(entries) => {
                let status = tree.entry(id, "statusCode").and_then(|status| tree.number(status));
                let parts: Vec<Id> = entries.iter().map(|entry| entry.value).collect();
                let mut values = self.joined(&parts, state);
                let flag = entries.iter().find(|entry| FLAGS.contains(&entry.key.as_str()));
                let flag = flag.and_then(|entry| match tree.kind(entry.value) {
                    Kind::True => Some(true),
                    Kind::False => Some(false),
                    _ => None,
                });
                for (_, value) in &mut values {
                    value.flag = flag;
                }
                if let Some(status) = status.filter(|_| !self.is_argument(id)) {
                    for (state, value) in &mut values {
                        self.answer(id, u16::try_from(status).ok(), *value, state);
                    }
                }
                values
            }
            Kind::Template(parts) => {
                let before = state.clone();
                Self::computed(&before, self.joined(parts, state))
            }
            Kind::List(parts) | Kind::Other(parts) => self.joined(parts, state),
            Kind::Index { object, index } => self.element(*object, *index, state),
            Kind::Function(_) => vec![(state, Value::default())],
            _ => self.exec(id, vec![state]).into_iter().map(|state| (state, Value::default())).collect(),
        }
    }

    fn is_argument(&self, id: Id) -> bool {
        let tree = self.tree();
        tree.parent(id).is_some_and(|parent| matches!(tree.kind(parent), Kind::Call { .. }))
    }

    /// Several expressions one after the other; the value has what each had.
    pub(super) fn joined(&mut self, parts: &[Id], state: State) -> Vec<(State, Value)> {
        let all = self.each(parts, state);
        all.into_iter()
            .map(|(state, values)| {
                let origins = values.iter().fold(0, |all, value| all | value.origin) & KEPT;
                (state, Value { truth: Truth::Unknown, ..Value::from(origins) })
            })
            .collect()
    }

    /// A part of a stored list is stored.
    fn element(&mut self, object: Id, index: Id, state: State) -> Vec<(State, Value)> {
        let all = self.each(&[object, index], state);
        all.into_iter()
            .map(|(state, values)| {
                let stored = values.first().map_or(0, |value| value.origin & origin::STORED);
                let origins = values.iter().fold(0, |all, value| all | value.origin) & KEPT | stored;
                (state, Value::from(origins))
            })
            .collect()
    }

    /// The object of an event, its id, and other parts of it.
    fn of_object(&self, object: Id, property: &str, of: Value) -> u32 {
        let nested = property == "object" && self.tree().last_name(object) == "data";
        let whole = of.has(origin::PARSED) || of.of.is_some();
        if of.has(origin::EVENT) && (nested || whole && matches!(property, "data" | "resource")) {
            return origin::OBJECT;
        }
        if property == "id" && of.has(origin::OBJECT) { origin::OBJECT_ID } else { 0 }
    }

    pub(super) fn each(&mut self, parts: &[Id], state: State) -> Vec<(State, Vec<Value>)> {
        let mut ways = vec![(state, Vec::new())];
        for part in parts {
            let mut next = Vec::new();
            for (state, values) in ways {
                for (state, value) in self.eval(*part, state) {
                    let mut values = values.clone();
                    values.push(value);
                    next.push((state, values));
                }
            }
            next.truncate(24);
            ways = next;
        }
        ways
    }

    fn named(&mut self, name: &str, state: &State) -> Value {
        if let Some(value) = state.get(name) {
            return value;
        }
        let env = self.module_env(self.module);
        if let Some(value) = env.get(name) {
            return *value;
        }
        let secret = self.secrecy(name);
        Value::from(if secret != 0 {
            secret
        } else if words::is_signature(name) {
            origin::SIGNATURE
        } else if matches!(name, "req" | "request") {
            origin::REQUEST
        } else {
            0
        })
    }

    fn member(&mut self, id: Id, object: Id, property: &str, state: State) -> Vec<(State, Value)> {
        let tree = self.tree();
        let path = tree.path(id);
        if let Some(value) = state.get(&path) {
            return vec![(state, value)];
        }
        if let Some(name) = words::environment(&tree, id) {
            let mut value = Value::from(self.secrecy(&name));
            if value.has(origin::SECRET) && self.is_empty_by_default(object, &name) {
                value = Value { of: Some(self.here(id)), ..Value::from(value.origin | origin::EMPTY) };
            }
            return vec![(state, value)];
        }
        let optional = tree.source(id).contains("?.");
        let mut values = Vec::new();
        for (state, value) in self.eval(object, state) {
            // Reading a property of nothing throws.
            if value.has(origin::NOTHING) && value.truth == Truth::False && !optional {
                self.throw(State { threw: true, ..state });
                continue;
            }
            let property = self.property(object, property, value, &state);
            values.push((state, property));
        }
        values
    }

    fn property(&mut self, object: Id, property: &str, of: Value, state: &State) -> Value {
        let tree = self.tree();
        let own = matches!(tree.kind(object), Kind::Name);
        if let Some(flag) = of.flag.filter(|_| FLAGS.contains(&property)) {
            return Value { of: of.of, ..Value::known(flag) };
        }
        let value = Value::from;
        // A secret's name is no secret.
        if matches!(property, "length" | "size" | "byteLength")
            || property == "name" && of.has(origin::SECRET)
        {
            return Value::default();
        }
        if of.has(origin::WRITTEN) && of.has(origin::ERROR) {
            return match property {
                "error" if own => Value { truth: Truth::Unknown, ..of },
                "message" | "details" | "hint" => Value { of: None, ..value(origin::ERROR_TEXT) },
                "data" => value(of.origin & (origin::STORED | origin::EVENT)),
                _ => Value::default(),
            };
        }
        if of.has(origin::ERROR) {
            return value(match property {
                "message" | "raw" | "response" | "errors" | "args" => origin::ERROR_TEXT,
                "stack" => origin::ERROR_TEXT | origin::STACK,
                _ => 0,
            });
        }
        if of.has(origin::REQUEST)
            && let Some(value) = self.of_the_request(property, object)
        {
            return value;
        }
        if of.has(origin::HEADERS) {
            return value(header(property));
        }
        let ids = matches!(property, "event_id" | "eventId" | "idempotency_key" | "webhookId" | "messageId");
        if ids
            || (own
                && property == "id"
                && (words::is_event(tree.source(object)) || of.has(origin::EVENT) && of.of.is_some()))
        {
            return value(origin::EVENT_ID | origin::EVENT);
        }
        let sent = origin::QUERY | origin::EVENT | origin::PARSED | origin::BODY;
        if words::is_secret(property) && !of.has(sent) {
            return value(self.secrecy(property));
        }
        if words::is_signature(property) && !of.has(origin::DIGEST) {
            return value(origin::SIGNATURE | (of.origin & origin::EVENT));
        }
        let _ = state;
        Value::from(
            of.origin & (KEPT | origin::STORED) & !(origin::RAW | origin::BODY | origin::PARSED)
                | of_parts(of.origin)
                | self.of_object(object, property, of),
        )
    }

    /// `request.body`, `req.headers`, `context.request`.
    fn of_the_request(&mut self, property: &str, object: Id) -> Option<Value> {
        let value = Value::from(match property {
            "headers" | "META" => origin::HEADERS,
            "body" => {
                self.note(Met::ReadsBody, self.here(object), "reads the body");
                origin::BODY | origin::EVENT
            }
            "rawBody" | "raw_body" | "bodyRaw" => {
                self.note(Met::ReadsBody, self.here(object), "reads the body");
                origin::RAW
            }
            "data" => {
                self.note(Met::ReadsBody, self.here(object), "reads the body");
                origin::RAW | origin::EVENT
            }
            "query" | "nextUrl" | "url" | "args" | "GET" | "searchParams" | "queryStringParameters" => {
                origin::QUERY
            }
            "req" | "request" | "raw" | "node" => origin::REQUEST,
            "method" | "ip" | "params" | "path" | "env" | "res" | "response" => 0,
            "json" | "POST" | "form" => {
                self.note(Met::ReadsBody, self.here(object), "reads the body");
                origin::PARSED | origin::EVENT
            }
            _ => return None,
        });
        Some(value)
    }

    fn binary(&mut self, id: Id, operator: &str, left: Id, right: Id, state: State) -> Vec<(State, Value)> {
        match operator {
            "&&" => {
                let (yes, no) = self.test(left, state);
                let mut values: Vec<(State, Value)> =
                    yes.into_iter().flat_map(|state| self.eval(right, state)).collect();
                values.extend(no.into_iter().map(|state| (state, Value::known(false))));
                values
            }
            "||" | "??" => {
                let mut values = Vec::new();
                for (state, first) in self.eval(left, state) {
                    if first.truth == Truth::True {
                        values.push((state, first));
                        continue;
                    }
                    for (state, second) in self.eval(right, state) {
                        values.push((state, self.default_of(first, second, right)));
                    }
                }
                values
            }
            "===" | "==" | "!==" | "!=" => {
                let mut values = Vec::new();
                for (state, both) in self.each(&[left, right], state) {
                    let value = self.compared(id, operator, (left, both[0]), (right, both[1]));
                    values.push((state, value));
                }
                values
            }
            "-" | "<" | ">" | "<=" | ">=" => {
                let mut values = Vec::new();
                for (state, both) in self.each(&[left, right], state) {
                    self.timed(id, (left, both[0]), (right, both[1]), state.trust);
                    let origins = (both[0].origin | both[1].origin) & KEPT;
                    values.push((state, Value::from(origins)));
                }
                values
            }
            "^" => {
                let mut values = Vec::new();
                for (state, both) in self.each(&[left, right], state) {
                    let origins = (both[0].origin | both[1].origin) & KEPT;
                    let differs = if origins & origin::DIGEST == 0 { 0 } else { origin::DIFFERENCE };
                    values.push((state, Value { of: Some(self.here(id)), ..Value::from(origins | differs) }));
                }
                values
            }
            _ => self.joined(&[left, right], state),
        }
    }

    /// The clock is compared with a time that came from somewhere.
    fn timed(&mut self, id: Id, left: (Id, Value), right: (Id, Value), trust: Trust) {
        let tree = self.tree();
        let sent =
            |side: Value| side.has(origin::STAMP | origin::HEADER | origin::SIGNATURE | origin::HEADERS);
        // Afterwards other times are compared with it: when a subscription ends.
        if trust == Trust::Verified && !sent(left.1) && !sent(right.1) {
            return;
        }
        let came = |side: (Id, Value)| {
            !side.1.has(origin::CLOCK)
                && !tree
                    .inside(side.0, true)
                    .into_iter()
                    .all(|part| matches!(tree.kind(part), Kind::Number | Kind::Binary { .. } | Kind::Text(_)))
        };
        if left.1.has(origin::CLOCK) && came(right) || right.1.has(origin::CLOCK) && came(left) {
            self.note(Met::Clock, self.here(id), "the clock");
        }
    }

    /// `value || other`.
    fn default_of(&mut self, first: Value, second: Value, right: Id) -> Value {
        let tree = self.tree();
        let empty = matches!(tree.kind(right), Kind::Text(text) if text.is_empty());
        if first.has(origin::SECRET) && empty {
            return Value { of: Some(self.here(right)), ..Value::from(first.origin | origin::EMPTY) };
        }
        if first.has(origin::VERDICT) || second.has(origin::VERDICT) {
            return Value { truth: Truth::Unknown, ..first.or(second) };
        }
        Value {
            truth: if second.truth == Truth::True { Truth::True } else { Truth::Unknown },
            ..first.or(second)
        }
    }

    fn assign(&mut self, id: Id, target: Id, value: Id, operator: &str, state: State) -> Vec<(State, Value)> {
        let tree = self.tree();
        let worked = value;
        let declares = matches!(tree.kind(value), Kind::Nothing) && tree.source(value) == tree.source(id);
        let mut values = Vec::new();
        for (mut state, given) in self.eval(value, state) {
            // `let event;`
            let given =
                if declares { Value { origin: origin::NOTHING, ..Value::known(false) } } else { given };
            let given = if operator.is_empty() { given } else { Value { truth: Truth::Unknown, ..given } };
            self.added(id, target, operator, &state);
            if state.why.is_some()
                && !self.in_verification()
                && state.trust != Trust::Verified
                && given.has(origin::EVENT | origin::PARSED | origin::BODY)
            {
                state.fallback = state.fallback.or(Some(self.here(id)));
            }
            if state.trust == Trust::Not
                && given.has(origin::PARSED | origin::BODY)
                && !declares_here(&tree, id)
            {
                state.took = state.took.or(Some(self.here(id)));
            }
            for (name, key) in tree.bound(target) {
                let value = self.taken(&key, given, &name);
                state.forget_parts(&name);
                state.set(&name, value);
                self.remember(&name, value);
                self.remember_work(&name, worked, state.trust == Trust::Verified);
            }
            if let Kind::Member { .. } = tree.kind(target) {
                state.set(&tree.path(target), given);
            }
            values.push((state, given));
        }
        values
    }

    /// `row.credits += n`, where the row is stored.
    fn added(&mut self, id: Id, target: Id, operator: &str, state: &State) {
        let tree = self.tree();
        if let Kind::Member { object, .. } = tree.kind(target)
            && operator == "+"
            && state.get(&tree.path(*object)).is_some_and(|row| row.has(origin::STORED))
        {
            self.note(Met::Increment, self.here(id), "increment");
        }
    }

    /// `{ key: name } = given`.
    #[allow(clippy::unused_self)] // reads as the others do
    fn taken(&mut self, key: &str, given: Value, name: &str) -> Value {
        if key.is_empty() {
            return given;
        }
        if given.has(origin::WRITTEN) && given.has(origin::ERROR) {
            return match key {
                "error" => given,
                "data" | "count" => {
                    Value { truth: Truth::Unknown, ..Value::from(given.origin & origin::STORED) }
                }
                _ => Value::default(),
            };
        }
        if given.has(origin::STORED) && key == "error" {
            return Value::default();
        }
        let whole =
            given.has(origin::PARSED | origin::BODY) || given.has(origin::EVENT) && given.of.is_some();
        if whole && matches!(key, "id" | "event_id" | "eventId") {
            return Value::from(origin::EVENT_ID | origin::EVENT);
        }
        if given.has(origin::REQUEST) {
            return of_request(key, key, 9);
        }
        if given.has(origin::HEADERS) {
            return Value::from(header(key));
        }
        if words::is_secret(name) {
            return Value::from(self.secrecy(name));
        }
        // A part of the body is not the body.
        let parts = given.origin & (KEPT | origin::STORED) & !(origin::RAW | origin::BODY | origin::PARSED);
        let named = if key == "id" && given.has(origin::OBJECT) { origin::OBJECT_ID } else { 0 };
        Value::from(parts | of_parts(given.origin) | named)
    }
}

/// `const event = …`, as opposed to `event = …`.
fn declares_here(tree: &crate::engine::source::Tree, id: Id) -> bool {
    let before = tree.text().get(..tree.node(id).from as usize).unwrap_or_default().trim_end();
    ["const", "let", "var", "final"].iter().any(|word| before.ends_with(word))
}

/// A header by its name.
pub(super) fn header(name: &str) -> u32 {
    let name = name.trim_start_matches("HTTP_").replace('_', "-");
    if name.to_ascii_lowercase().contains("timestamp") {
        return origin::HEADER | origin::STAMP;
    }
    if words::names_event_id(&name) {
        origin::HEADER | origin::EVENT_ID
    } else if words::is_signature(&name) || name.to_ascii_lowercase().contains("hmac") {
        origin::HEADER | origin::SIGNATURE
    } else {
        origin::HEADER
    }
}

/// Parts of the body are parts of the event.
fn of_parts(of: u32) -> u32 {
    if of & (origin::BODY | origin::PARSED) != 0 { origin::EVENT } else { 0 }
}

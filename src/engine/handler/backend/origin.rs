//! Where values come from: the request, the source itself, the server's own records, or a place that was
//! not read.
//!
//! Names are followed to what is assigned to them in the functions around them, parameters of local
//! functions to what they are called with, results of local functions to what these return.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use crate::engine::source::{Id, Kind, Tree, mount};

/// In the order in which one of two wins.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Origin {
    /// Written into the source.
    Literal,
    /// Looked up, or computed from something of the server's own.
    Server,
    /// A parameter of a function that other files call.
    Unknown,
    /// The request itself.
    Request,
    /// Sent by the caller.
    Client,
}

use Origin::{Client, Literal, Request, Server, Unknown};

const DEPTH: u32 = 40;
const STEPS: u32 = 4_000;

/// The parts of requests that callers fill.
const SENT: &[&str] = &[
    "body",
    "query",
    "params",
    "data",
    "json",
    "args",
    "form",
    "values",
    "GET",
    "POST",
    "rawBody",
    "searchParams",
    "queryStringParameters",
    "pathParameters",
    "input",
    "payload",
    "rawRequest",
];
/// Calls on requests that give what callers sent.
const READS: &[&str] = &[
    "json",
    "text",
    "formData",
    "get_json",
    "query",
    "param",
    "parseBody",
    "valid",
    "form",
    "body",
    "readBody",
    "getQuery",
    "getRouterParam",
    "queries",
    "arrayBuffer",
    "get_data",
];

pub(super) struct Origins<'a> {
    tree: &'a Tree,
    /// What is assigned to a name: scope, value, and the property that is taken of it.
    assigned: BTreeMap<String, Vec<(Id, Id, String)>>,
    /// Functions with a parameter of the name: function, its position, and the property taken.
    parameters: BTreeMap<String, Vec<(Id, usize, String)>>,
    functions: BTreeMap<String, Id>,
    /// Functions that requests reach.
    reached: BTreeSet<Id>,
    steps: Cell<u32>,
}

impl<'a> Origins<'a> {
    pub(super) fn of(tree: &'a Tree) -> Self {
        let mut assigned: BTreeMap<String, Vec<(Id, Id, String)>> = BTreeMap::new();
        let mut parameters: BTreeMap<String, Vec<(Id, usize, String)>> = BTreeMap::new();
        for id in tree.ids() {
            match tree.kind(id) {
                Kind::Assign { target, value, .. } => {
                    let scope = tree.function_around(id).unwrap_or_else(|| tree.root());
                    for (name, key) in tree.bound(*target) {
                        assigned.entry(name).or_default().push((scope, *value, key));
                    }
                }
                Kind::Function(function) => {
                    for (index, parameter) in function.parameters.iter().enumerate() {
                        for (name, key) in tree.bound(*parameter) {
                            parameters.entry(name).or_default().push((id, index, key));
                        }
                    }
                }
                _ => {}
            }
        }
        let functions = mount::functions(tree);
        let reached = reached(tree);
        Self { tree, assigned, parameters, functions, reached, steps: Cell::new(0) }
    }

    /// Where the value of an expression comes from.
    pub(super) fn of_value(&self, id: Id) -> Origin {
        self.steps.set(0);
        self.follow(id, DEPTH)
    }

    /// The expressions that a name stands for where it is used; itself, for anything but a name.
    pub(super) fn values_of(&self, id: Id) -> Vec<Id> {
        if !matches!(self.tree.kind(id), Kind::Name) {
            return vec![id];
        }
        let found = self.assignments(id).into_iter().filter(|(_, key)| key.is_empty());
        found.map(|(value, _)| value).collect()
    }

    fn follow(&self, id: Id, depth: u32) -> Origin {
        self.steps.set(self.steps.get() + 1);
        if depth == 0 || self.steps.get() > STEPS {
            return Unknown;
        }
        let tree = self.tree;
        let next = |id: Id| self.follow(id, depth - 1);
        match tree.kind(id) {
            Kind::Text(_) | Kind::Number | Kind::True | Kind::False | Kind::Nothing => Literal,
            Kind::Name => self.name(id, depth),
            Kind::Member { object, property } => part(next(*object), property),
            // Which of the server's values is taken may be up to the caller, what it is may not.
            Kind::Index { object, .. } => next(*object),
            Kind::Await(value) | Kind::Not(value) | Kind::Assign { value, .. } => next(*value),
            Kind::Call { callee, arguments, .. } => self.call(*callee, arguments, depth),
            Kind::Binary { operator, left, right } => self.computed(operator, *left, *right, depth),
            Kind::If { then, otherwise, .. } => next(*then).max(otherwise.map_or(Literal, &next)),
            Kind::List(items) | Kind::Template(items) => {
                items.iter().map(|item| next(*item)).max().unwrap_or(Literal)
            }
            Kind::Object(entries) => entries.iter().map(|entry| next(entry.value)).max().unwrap_or(Literal),
            Kind::Other(parts) => parts.iter().map(|part| next(*part)).max().unwrap_or(Literal),
            _ => Server,
        }
    }

    fn name(&self, id: Id, depth: u32) -> Origin {
        let name = self.tree.source(id);
        let given = self.assignments(id);
        if !given.is_empty() {
            let origins = given.into_iter().map(|(value, key)| {
                let whole = self.follow(value, depth - 1);
                if key.is_empty() { whole } else { part(whole, &key) }
            });
            return origins.max().unwrap_or(Server);
        }
        match self.parameter(id) {
            Some((function, index, key)) => self.given(function, index, &key, name, depth),
            // A global, or something imported: prices that the server keeps.
            None => Server,
        }
    }

    /// What is assigned to a name in the nearest function around its use that assigns it.
    fn assignments(&self, id: Id) -> Vec<(Id, String)> {
        let name = self.tree.source(id);
        let Some(all) = self.assigned.get(name) else { return Vec::new() };
        for scope in self.scopes(id) {
            let here = all.iter().filter(|(of, value, _)| *of == scope && !self.contains(*value, id));
            let found: Vec<(Id, String)> = here.map(|(_, value, key)| (*value, key.clone())).collect();
            if !found.is_empty() {
                return found;
            }
            let bound = self.parameters.get(name).is_some_and(|all| all.iter().any(|(of, ..)| *of == scope));
            if bound {
                return Vec::new();
            }
        }
        Vec::new()
    }

    fn parameter(&self, id: Id) -> Option<(Id, usize, String)> {
        let all = self.parameters.get(self.tree.source(id))?;
        self.scopes(id).find_map(|scope| all.iter().find(|(of, ..)| *of == scope).cloned())
    }

    fn scopes(&self, id: Id) -> impl Iterator<Item = Id> {
        let around = self.tree.ancestors(id).filter(|id| matches!(self.tree.kind(*id), Kind::Function(_)));
        around.chain(std::iter::once(self.tree.root()))
    }

    fn contains(&self, outer: Id, inner: Id) -> bool {
        let (outer, inner) = (self.tree.node(outer), self.tree.node(inner));
        outer.from <= inner.from && inner.to <= outer.to
    }

    /// What a parameter holds.
    fn given(&self, function: Id, index: usize, key: &str, name: &str, depth: u32) -> Origin {
        let tree = self.tree;
        if let Some(Kind::Call { callee, arguments, .. }) = tree.parent(function).map(|id| tree.kind(id))
            && arguments.contains(&function)
        {
            let last = tree.last_name(*callee);
            let each = matches!(last, "map" | "forEach" | "flatMap" | "filter" | "find" | "some" | "every");
            if let Kind::Member { object, .. } = tree.kind(*callee)
                && (each && index == 0 || last == "reduce" && index == 1)
            {
                return self.follow(*object, depth - 1);
            }
            if last == "reduce" {
                return Literal;
            }
            if last == "onCall" {
                return if name.contains("req") && key.is_empty() { Request } else { part(Client, key) };
            }
            if matches!(last, "mutation" | "query" | "handler" | "action") && index == 0 {
                return match key {
                    "" => Request,
                    "input" | "parsedInput" | "data" => Client,
                    _ => Server,
                };
            }
        }
        if self.reached.contains(&function) {
            return reached_parameter(tree, function, name, key);
        }
        self.called_with(function, index, key, depth)
    }

    /// What a local function is called with, at all its calls in this file.
    fn called_with(&self, function: Id, index: usize, key: &str, depth: u32) -> Origin {
        let tree = self.tree;
        let Kind::Function(facts) = tree.kind(function) else { return Unknown };
        if facts.name.is_empty() || self.functions.get(&facts.name) != Some(&function) {
            return Unknown;
        }
        let given = super::calls(tree).filter(|(_, callee, _)| tree.last_name(*callee) == facts.name);
        let origins = given.take(20).map(|(_, _, arguments)| {
            // `f(price=amount)` of Python.
            let argument = arguments.get(index).copied();
            let Some(argument) = argument else { return Literal };
            match tree.entry(argument, key) {
                Some(value) if !key.is_empty() => self.follow(value, depth - 1),
                _ => part(self.follow(argument, depth - 1), key),
            }
        });
        origins.max().unwrap_or(Unknown)
    }

    fn call(&self, callee: Id, arguments: &[Id], depth: u32) -> Origin {
        let tree = self.tree;
        let last = tree.last_name(callee);
        let given = || arguments.iter().map(|id| self.follow(*id, depth - 1)).max().unwrap_or(Literal);
        if let Kind::Member { object, .. } = tree.kind(callee) {
            match self.follow(*object, depth - 1) {
                Client => return Client,
                Request if READS.contains(&last) => return Client,
                Request => return Server,
                // `PRICES.get(plan)`, `prices.find(…)`: the server's own.
                _ if matches!(last, "get" | "find" | "filter" | "map" | "reduce") => {
                    return self.follow(*object, depth - 1).max(Server);
                }
                _ => {}
            }
        }
        let converts = matches!(
            last,
            "Number"
                | "parseInt"
                | "parseFloat"
                | "String"
                | "round"
                | "floor"
                | "ceil"
                | "int"
                | "float"
                | "str"
                | "Decimal"
                | "abs"
                | "max"
                | "min"
                | "parse"
                | "safeParse"
                | "parseAsync"
                | "loads"
                | "toCents"
                | "URL"
                | "URLSearchParams"
                | "Math"
                | "BigInt"
                | "validate"
                | "from"
        ) || READS.contains(&last) && !matches!(tree.kind(callee), Kind::Member { .. });
        if converts {
            let origin = given();
            let reads = READS.contains(&last) && origin == Request;
            return if reads { Client } else { origin };
        }
        match self.functions.get(last) {
            Some(function) if matches!(tree.kind(callee), Kind::Name) => self.returned(*function, depth),
            _ => Server,
        }
    }

    /// What a local function gives back.
    fn returned(&self, function: Id, depth: u32) -> Origin {
        let tree = self.tree;
        let Kind::Function(facts) = tree.kind(function) else { return Server };
        let Some(body) = facts.body else { return Server };
        if !matches!(tree.kind(body), Kind::Block(_)) {
            return self.follow(body, depth - 1);
        }
        let returns = tree.inside(body, true).into_iter().filter_map(|id| match tree.kind(id) {
            Kind::Return(Some(value)) => Some(*value),
            _ => None,
        });
        returns.map(|value| self.follow(value, depth - 1)).max().unwrap_or(Server)
    }

    /// A product of a price of the server's and a number of the caller's is the server's.
    fn computed(&self, operator: &str, left: Id, right: Id, depth: u32) -> Origin {
        let (one, other) = (self.follow(left, depth - 1), self.follow(right, depth - 1));
        if !matches!(operator, "*" | "/") {
            return one.max(other);
        }
        let priced = |id: Id, origin: Origin| match origin {
            Server => true,
            // `quantity * 1500` has its price in the source, `amount * 100` has not.
            Literal => !is_unit(self.tree.source(id)),
            _ => false,
        };
        if priced(left, one) || priced(right, other) { Server } else { one.max(other) }
    }
}

/// Factors between a currency's units.
fn is_unit(text: &str) -> bool {
    matches!(text.replace('_', "").as_str(), "1" | "10" | "100" | "100.0" | "1000" | "1e2")
}

/// A property of a value.
fn part(whole: Origin, property: &str) -> Origin {
    match whole {
        Request if SENT.contains(&property) => Client,
        Request if matches!(property, "" | "request" | "req" | "nextUrl" | "url" | "raw" | "event") => {
            Request
        }
        Request => Server,
        whole => whole,
    }
}

/// A parameter of a function that requests reach.
fn reached_parameter(tree: &Tree, function: Id, name: &str, key: &str) -> Origin {
    if !key.is_empty() {
        // `({ request, params })` of Remix and SvelteKit.
        return part(Request, key);
    }
    let Kind::Function(facts) = tree.kind(function) else { return Request };
    let requests = ["req", "request", "_req", "ctx", "c", "context", "event", "evt", "info"];
    if requests.contains(&name) {
        return Request;
    }
    let own = [
        "db",
        "session",
        "user",
        "current_user",
        "background_tasks",
        "settings",
        "self",
        "res",
        "reply",
        "response",
        "next",
        "stripe",
        "env",
        "tasks",
    ];
    let typed = !facts.decorators.is_empty() || is_action(tree, function);
    if typed && !own.contains(&name) && !name.contains("user") { Client } else { Server }
}

fn reached(tree: &Tree) -> BTreeSet<Id> {
    let mounted = mount::handlers(tree).into_iter();
    let offered = |mounted: &mount::Mounted| mounted.how != mount::How::Offered;
    let mut reached: BTreeSet<Id> = mounted.filter(offered).map(|mounted| mounted.function).collect();
    if is_of_actions(tree) {
        reached.extend(tree.ids().filter(|id| is_action(tree, *id)));
    }
    reached
}

/// `"use server"`: every exported function is an endpoint.
fn is_of_actions(tree: &Tree) -> bool {
    let head = tree.text().trim_start();
    head.starts_with("'use server'") || head.starts_with("\"use server\"")
}

fn is_action(tree: &Tree, function: Id) -> bool {
    let exported = || tree.ancestors(function).take(3).any(|id| matches!(tree.kind(id), Kind::Export { .. }));
    is_of_actions(tree) && matches!(tree.kind(function), Kind::Function(_)) && exported()
}

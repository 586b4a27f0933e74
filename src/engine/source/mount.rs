//! The functions that answer requests, and how frameworks come to call them.

use std::collections::BTreeMap;

use super::{Id, Kind, Tree};

/// A function that answers requests.
#[derive(Clone, Debug)]
pub struct Mounted {
    pub function: Id,
    pub how: How,
    /// As written: `/webhooks/stripe`. File-based routers have none.
    pub route: Option<String>,
    /// Functions that run before it.
    pub before: Vec<Id>,
    /// The name under which it is exported or defined.
    pub name: String,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum How {
    /// Express, Fastify, Hono, Koa's router and what is mounted as they are: `app.post("/path", …)`.
    Router,
    /// Next.js app router, SvelteKit, Astro: exported `POST`.
    Exported,
    /// Next.js pages router, Vercel functions, Nitro: the default export.
    Default,
    /// Remix and React Router: exported `action`.
    Action,
    /// `Deno.serve` and `serve` of its standard library, `Bun.serve`.
    Serve,
    /// Firebase Functions and the Functions Framework.
    CloudFunction,
    /// `export default { fetch }` and the `fetch` event.
    Worker,
    /// `export const handler`, `exports.handler`.
    Lambda,
    /// Flask, FastAPI and NestJS: a decorator names the route.
    Decorated,
    /// A function with a request among its parameters that is offered to another module.
    Offered,
}

const METHODS: &[&str] = &["POST", "GET", "PUT", "PATCH", "DELETE", "ALL", "fallback"];

/// Handlers in the order of the text, each function once.
pub fn handlers(tree: &Tree) -> Vec<Mounted> {
    let functions = functions(tree);
    let mut found: Vec<Mounted> = Vec::new();
    for id in tree.ids() {
        let new = match tree.kind(id) {
            Kind::Call { callee, arguments, .. } => called(tree, &functions, *callee, arguments),
            Kind::Export { name, value } => exported(tree, &functions, name, *value),
            Kind::Assign { target, value, .. } => assigned(tree, &functions, *target, *value),
            Kind::Function(function) => decorated(tree, id, &function.decorators),
            Kind::Class { name, members } => {
                found.extend(viewed(tree, id, name, members));
                None
            }
            _ => None,
        };
        found.extend(new);
    }
    if found.is_empty() {
        found = offered(tree);
    }
    found.sort_by_key(|mounted| (mounted.how, tree.node(mounted.function).from));
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|mounted| seen.insert(mounted.function));
    found.sort_by_key(|mounted| tree.node(mounted.function).from);
    found.truncate(200);
    found
}

/// Every named function of a module, by name; of two with one name the later.
pub fn functions(tree: &Tree) -> BTreeMap<String, Id> {
    let named = tree.ids().filter_map(|id| match tree.kind(id) {
        Kind::Function(function) if !function.name.is_empty() => Some((function.name.clone(), id)),
        _ => None,
    });
    named.collect()
}

/// The function that an expression is, names, or wraps.
fn function_of(tree: &Tree, functions: &BTreeMap<String, Id>, value: Id, depth: u32) -> Option<Id> {
    if depth == 0 {
        return None;
    }
    match tree.kind(value) {
        Kind::Function(_) => Some(value),
        Kind::Name | Kind::Member { .. } => functions.get(tree.last_name(value)).copied(),
        Kind::Call { arguments, callee, .. }
            if !tree.last_name(*callee).is_empty() || !arguments.is_empty() =>
        {
            arguments.iter().rev().find_map(|argument| function_of(tree, functions, *argument, depth - 1))
        }
        _ => None,
    }
}

fn called(tree: &Tree, functions: &BTreeMap<String, Id>, callee: Id, arguments: &[Id]) -> Option<Mounted> {
    let path = tree.path(callee);
    let last = tree.last_name(callee);
    let (how, route) = match last {
        "post" | "all" | "use" | "put" | "get" | "route" | "patch" | "delete" | "on"
            if path.contains('.') =>
        {
            let route = arguments.iter().find_map(|argument| tree.literal(*argument));
            let route = route.filter(|route| route.starts_with('/') || *route == "*")?;
            (How::Router, Some(route.to_owned()))
        }
        "serve" => (How::Serve, None),
        "onRequest" | "https" | "http" if path != last || last == "onRequest" => (How::CloudFunction, None),
        "addEventListener" if tree.literal(*arguments.first()?)? == "fetch" => (How::Worker, None),
        "defineEventHandler" | "eventHandler" | "httpAction" => (How::Default, None),
        _ => return None,
    };
    let mut candidates: Vec<Id> = arguments
        .iter()
        .filter_map(|argument| match tree.kind(*argument) {
            // `Bun.serve({ fetch })`, `app.route({ handler })`.
            Kind::Object(_) => {
                let inner = tree.entry(*argument, "fetch").or_else(|| tree.entry(*argument, "handler"))?;
                function_of(tree, functions, inner, 4)
            }
            _ => function_of(tree, functions, *argument, 4),
        })
        .collect();
    let function = candidates.pop()?;
    let parameters = match tree.kind(function) {
        Kind::Function(function) => function.parameters.len(),
        _ => 0,
    };
    // `app.use(path, (req, res, next) => …)` is a middleware.
    if last == "use" && parameters == 3 || last == "on" && route.is_none() {
        return None;
    }
    Some(Mounted { function, how, route, before: candidates, name: name_of(tree, function) })
}

fn exported(tree: &Tree, functions: &BTreeMap<String, Id>, name: &str, value: Id) -> Option<Mounted> {
    let value = match tree.kind(value) {
        Kind::Assign { value, .. } => *value,
        _ => value,
    };
    let how = match name {
        "" => match tree.kind(value) {
            Kind::Object(_) => {
                let fetch = tree.entry(value, "fetch")?;
                let function = function_of(tree, functions, fetch, 4)?;
                return Some(plain(function, How::Worker, "fetch"));
            }
            _ => How::Default,
        },
        "action" => How::Action,
        "handler" | "main" => How::Lambda,
        "fetch" | "onRequest" | "onRequestPost" => How::Worker,
        name if METHODS.contains(&name) => How::Exported,
        _ => return None,
    };
    let function = function_of(tree, functions, value, 4)?;
    Some(plain(function, how, name))
}

/// `module.exports = …`, `exports.name = …`.
fn assigned(tree: &Tree, functions: &BTreeMap<String, Id>, target: Id, value: Id) -> Option<Mounted> {
    let path = tree.path(target);
    let name = path.strip_prefix("module.exports").or_else(|| path.strip_prefix("exports"))?;
    let how = match name {
        "" | ".default" => How::Default,
        ".handler" => How::Lambda,
        _ => return None,
    };
    let function = function_of(tree, functions, value, 4)?;
    Some(plain(function, how, name.trim_start_matches('.')))
}

/// `@app.post("/path")`, `@Post("path")`, `@csrf_exempt`.
fn decorated(tree: &Tree, id: Id, decorators: &[Id]) -> Option<Mounted> {
    for decorator in decorators {
        let (callee, arguments) = match tree.kind(*decorator) {
            Kind::Call { callee, arguments, .. } => (*callee, arguments.as_slice()),
            _ => (*decorator, &[][..]),
        };
        let last = tree.last_name(callee);
        let routes =
            matches!(last, "post" | "route" | "api_route" | "Post" | "All" | "http" | "function_name")
                || matches!(
                    last,
                    "csrf_exempt" | "require_POST" | "require_http_methods" | "api_view" | "on_request"
                );
        if routes {
            let route = arguments.first().and_then(|first| tree.literal(*first)).map(str::to_owned);
            return Some(Mounted { route, ..plain(id, How::Decorated, &name_of(tree, id)) });
        }
    }
    None
}

/// `class StripeWebhook(APIView)` of Django and its like: the methods that are named after HTTP's.
fn viewed(tree: &Tree, id: Id, name: &str, members: &[Id]) -> Vec<Mounted> {
    const BASES: [&str; 6] = ["View", "Resource", "Endpoint", "Controller", "ViewSet", "Handler"];
    let head = tree.source(id).lines().next().unwrap_or_default();
    let bases =
        head.strip_prefix("class ").and_then(|head| head.split_once('(')).map_or("", |(_, bases)| bases);
    if !BASES.iter().any(|base| bases.contains(base)) {
        return Vec::new();
    }
    let posts = |member: &Id| match tree.kind(*member) {
        Kind::Function(function) => matches!(function.name.as_str(), "post" | "put" | "create"),
        _ => false,
    };
    let posts = members.iter().copied().filter(posts);
    posts.map(|function| plain(function, How::Decorated, name)).collect()
}

/// Where nothing is mounted: functions with a request among their parameters.
fn offered(tree: &Tree) -> Vec<Mounted> {
    let mut found = Vec::new();
    for id in tree.ids() {
        let Kind::Function(function) = tree.kind(id) else { continue };
        let takes =
            function.parameters.iter().flat_map(|parameter| tree.bound(*parameter)).any(|(name, _)| {
                matches!(name.as_str(), "req" | "request" | "ctx" | "_req" | "context" | "c")
            });
        if takes && !function.name.is_empty() && !tree.ancestors(id).any(|outer| is_function(tree, outer)) {
            found.push(plain(id, How::Offered, &function.name));
        }
    }
    found
}

fn is_function(tree: &Tree, id: Id) -> bool {
    matches!(tree.kind(id), Kind::Function(_))
}

fn plain(function: Id, how: How, name: &str) -> Mounted {
    Mounted { function, how, route: None, before: Vec::new(), name: name.to_owned() }
}

/// Its own name, or that of the constant or field around it.
fn name_of(tree: &Tree, id: Id) -> String {
    if let Kind::Function(function) = tree.kind(id)
        && !function.name.is_empty()
    {
        return function.name.clone();
    }
    let target = tree.ancestors(id).take(6).find_map(|outer| match tree.kind(outer) {
        Kind::Assign { target, .. } => Some(tree.last_name(*target).to_owned()),
        _ => None,
    });
    target.unwrap_or_default()
}

//! Which files and functions handle webhooks, where they run, and whose events they take.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::provider::{Provider, providers};
use crate::{
    engine::source::{self, Kind, Language, Tree, mount},
    seen::Runtime,
};

/// File name endings that are understood.
pub const UNDERSTOOD: &[&str] = &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "py", "dart"];

/// Words without which no source handles a webhook: headers and calls of the provider table, types of
/// events, names of secrets and routes.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let named = providers().iter().flat_map(|known| known.headers.iter().chain(&known.verify));
    // Words that occur everywhere are left to the paths and routes that go with them.
    let common = |word: &&str| !matches!(*word, "webhook" | "authorization");
    let mut words: Vec<&str> = named.map(String::as_str).filter(common).collect();
    words.extend(EVENT_TYPES);
    words.extend(["construct_event", "webhook_secret", "webhooksecret", "whsec_", "svix-id", "webhook-id"]);
    words.extend(["/webhook", "/hook", "-webhook", "/ipn"]);
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// Beginnings of event types that only a provider sends.
const EVENT_TYPES: [&str; 30] = [
    "checkout.session.",
    "payment_intent.",
    "customer.subscription.",
    "invoice.paid",
    "invoice.payment_",
    "charge.refunded",
    "charge.succeeded",
    "charge.dispute.",
    "account.updated",
    "setup_intent.",
    "user.created",
    "user.deleted",
    "user.updated",
    "organization.created",
    "subscription.created",
    "subscription.activated",
    "subscription.canceled",
    "subscription_created",
    "subscription_updated",
    "subscription.charged",
    "transaction.completed",
    "order_created",
    "order.paid",
    "payment.captured",
    "payment.failed",
    "INITIAL_PURCHASE",
    "email.bounced",
    "email.delivered",
    "orders/create",
    "app/uninstalled",
];

/// Is this the path of a source that a product runs: no test, no example, nothing generated?
pub fn is_source(path: &str) -> bool {
    Language::of(path).is_some() && !is_test(path)
}

/// May this file handle a webhook, by its path or its words? Cheap enough for every source file.
fn may_be_webhook(path: &str, text: &str) -> bool {
    is_source(path) && (is_named(path) || WORDS.as_ref().is_some_and(|words| words.is_match(text)))
}

/// Does this file handle a webhook? By its path, by a signature header it reads, by a route, or by the
/// types of events that a request handler in it tells apart.
pub fn looks_like_webhook(path: &str, text: &str) -> bool {
    // Most files are told by their words alone; only the rest is parsed.
    if !may_be_webhook(path, text) {
        return false;
    }
    let Some(tree) = source::parse(path, text) else { return false };
    let handlers = mount::handlers(&tree);
    let named = is_named(path) && !is_tool(path);
    handlers.iter().any(|mounted| {
        let mounts = mounted.how != mount::How::Offered || answers(&tree, mounted.function);
        named && mounts || takes_events(&tree, mounted)
    })
}

/// A handler that posts can reach, and that says by route, name or body that it takes events.
fn takes_events(tree: &Tree, mounted: &mount::Mounted) -> bool {
    let says = is_hook(mounted.route.as_deref().unwrap_or_default()) || is_hook(&mounted.name);
    let (mut headers, mut verified, mut types) = (false, false, false);
    for id in tree.inside(mounted.function, false) {
        headers |= is_header(tree, id);
        verified |= verifies(tree, id);
        types |= is_type(tree, id);
    }
    match mounted.how {
        // Nothing here says that requests arrive: it must answer them, and show that they are events.
        mount::How::Offered => {
            answers(tree, mounted.function)
                && !goes_on(tree, mounted.function)
                && (headers || types || says && verified)
        }
        mount::How::Exported if mounted.name == "GET" => headers,
        _ => headers || types || says,
    }
}

fn is_hook(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.contains("webhook") || lower.ends_with("hook") || lower.contains("/hook") || {
        lower.split(['/', '_', '-']).any(|part| part == "ipn")
    }
}

/// A middleware: it is given what comes after it.
fn goes_on(tree: &Tree, function: u32) -> bool {
    let Kind::Function(function) = tree.kind(function) else { return false };
    function.parameters.get(2).is_some_and(|third| tree.bound(*third).iter().any(|(name, _)| name == "next"))
}

/// A response among its parameters, or a request of a framework that answers by returning.
fn answers(tree: &Tree, function: u32) -> bool {
    let Kind::Function(function) = tree.kind(function) else { return false };
    function.parameters.iter().flat_map(|parameter| tree.bound(*parameter)).any(|(name, _)| {
        matches!(
            name.as_str(),
            "res" | "_res" | "response" | "reply" | "req" | "_req" | "request" | "ctx" | "context" | "c"
        )
    })
}

/// The type of an event, compared with what arrives or the key of a table of handlers.
fn is_type(tree: &Tree, id: u32) -> bool {
    let known = |text: &str| EVENT_TYPES.iter().any(|known| text.starts_with(known));
    match tree.kind(id) {
        Kind::Text(text) if known(text) => tree
            .parent(id)
            .is_some_and(|parent| matches!(tree.kind(parent), Kind::Binary { .. } | Kind::Case { .. })),
        Kind::Object(entries) => entries.iter().any(|entry| {
            known(&entry.key) && matches!(tree.kind(entry.value), Kind::Function(_) | Kind::Name)
        }),
        _ => false,
    }
}

/// Kinds of events that are named in files, and words of a checkout's session.
pub(super) fn names<'a>(trees: impl Iterator<Item = &'a Tree>) -> Vec<String> {
    const SESSION: [&str; 3] = ["payment_status", "subscription", "async_payment_succeeded"];
    const MOST: usize = 100;
    let is_kind = |text: &str| {
        text.len() < 80
            && (EVENT_TYPES.iter().any(|known| text.starts_with(known))
                || text.starts_with("invoice.")
                || text.starts_with("subscription")
                || text.starts_with("customer.subscription"))
    };
    let mut found = std::collections::BTreeSet::new();
    for tree in trees {
        for id in tree.ids() {
            match tree.kind(id) {
                Kind::Text(text) if is_kind(text) || SESSION.contains(&text.as_str()) => {
                    found.insert(text.clone());
                }
                Kind::Member { property, .. } if SESSION.contains(&property.as_str()) => {
                    found.insert(property.clone());
                }
                Kind::Object(entries) => {
                    let known = entries.iter().map(|entry| &entry.key);
                    found
                        .extend(known.filter(|key| is_kind(key) || SESSION.contains(&key.as_str())).cloned());
                }
                _ => {}
            }
            if found.len() >= MOST {
                break;
            }
        }
    }
    found.into_iter().collect()
}

pub(super) fn is_named(path: &str) -> bool {
    path.to_ascii_lowercase().split('/').any(|part| part.contains("webhook"))
}

/// What looks after webhooks, and takes no events.
fn is_tool(path: &str) -> bool {
    const TOOLS: [&str; 9] =
        ["cron", "health", "healthcheck", "monitor", "diagnose", "debug", "check", "status", "retry"];
    let lower = path.to_ascii_lowercase();
    lower.split(['/', '-', '_', '.']).any(|word| TOOLS.contains(&word))
}

/// Tests, examples, what was installed and what was generated.
fn is_test(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let mut parts = lower.split('/');
    let name = parts.next_back().unwrap_or_default();
    let inside = |part: &str| {
        matches!(
            part,
            "__tests__"
                | "test"
                | "tests"
                | "e2e"
                | "node_modules"
                | "dist"
                | "mock"
                | "mocks"
                | ".next"
                | "__mocks__"
                | "fixtures"
                | "__fixtures__"
                | "examples"
                | "example"
                | "testdata"
                | "cypress"
                | "playwright"
                | "stories"
                | "generated"
                | "__generated__"
                | "vendor"
                | "site-packages"
                | "third_party"
        )
    };
    parts.any(inside)
        || [
            ".test.",
            ".spec.",
            ".stories.",
            ".d.",
            "_test.",
            ".min.",
            ".mock.",
            ".generated.",
            ".gen.",
            ".g.",
        ]
        .iter()
        .any(|word| name.contains(word))
        || name.starts_with("test_")
        || name == "conftest.py"
}

fn verifies(tree: &Tree, id: u32) -> bool {
    match tree.kind(id) {
        Kind::Call { callee, .. } => {
            super::words::verifies(tree, *callee).is_some()
                || super::words::is_digest(tree.last_name(*callee), &tree.path(*callee))
        }
        _ => false,
    }
}

/// The handlers of a file that are webhooks; all, where nothing tells them apart.
pub(super) fn handlers(path: &str, tree: &Tree) -> Vec<mount::Mounted> {
    let all = mount::handlers(tree);
    if all.len() < 2 {
        return all;
    }
    let named = |mounted: &mount::Mounted| {
        is_hook(mounted.route.as_deref().unwrap_or_default()) || is_hook(&mounted.name)
    };
    let shows = |mounted: &mount::Mounted| {
        tree.inside(mounted.function, false)
            .into_iter()
            .any(|id| verifies(tree, id) || is_header(tree, id) || is_type(tree, id))
    };
    let chosen: Vec<mount::Mounted> =
        all.iter().filter(|mounted| named(mounted) || shows(mounted)).cloned().collect();
    if !chosen.is_empty() {
        return chosen;
    }
    if is_named(path) {
        // Events are posted.
        let posted: Vec<mount::Mounted> =
            all.iter().filter(|mounted| mounted.name != "GET").cloned().collect();
        return if posted.is_empty() { all } else { posted };
    }
    all
}

/// Where the chosen handlers first name a signature header.
pub(super) fn first_header(tree: &Tree, chosen: &[mount::Mounted]) -> Option<u32> {
    chosen
        .iter()
        .find_map(|mounted| tree.inside(mounted.function, false).into_iter().find(|id| is_header(tree, *id)))
}

fn is_header(tree: &Tree, id: u32) -> bool {
    let named = |text: &str| {
        providers().iter().any(|known| known.headers.iter().any(|name| text.eq_ignore_ascii_case(name)))
    };
    match tree.kind(id) {
        Kind::Text(text) => named(text),
        Kind::Member { property, .. } => property.contains('-') && named(property),
        _ => false,
    }
}

/// Providers whose module is imported or whose header is read.
pub(super) fn named_providers(tree: &Tree) -> Vec<String> {
    let modules: Vec<String> = tree.ids().filter_map(|id| module_of(tree, id)).collect();
    let headers = named_headers(tree);
    let imports = |known: &&Provider| {
        known.imports.iter().any(|name| modules.iter().any(|module| is_module(module, name)))
    };
    let named = providers().iter().filter(|known| headers.contains(&known.id.as_str()) || imports(known));
    named.map(|known| known.id.clone()).collect()
}

fn module_of(tree: &Tree, id: u32) -> Option<String> {
    match tree.kind(id) {
        Kind::Import { module, .. } => Some(module.clone()),
        Kind::Call { callee, arguments, .. } if matches!(tree.source(*callee), "require" | "import") => {
            Some(tree.literal(*arguments.first()?)?.to_owned())
        }
        _ => None,
    }
}

fn named_headers(tree: &Tree) -> Vec<&'static str> {
    let mut texts: Vec<String> = Vec::new();
    for id in tree.ids() {
        match tree.kind(id) {
            Kind::Text(text) if text.len() < 60 => texts.push(text.to_ascii_lowercase()),
            Kind::Member { property, .. } if property.contains(['-', '_']) => {
                texts.push(property.to_ascii_lowercase().trim_start_matches("http_").replace('_', "-"));
            }
            _ => {}
        }
    }
    texts.sort_unstable();
    let named = |known: &&Provider| known.headers.iter().any(|name| texts.binary_search(name).is_ok());
    providers().iter().filter(named).map(|known| known.id.as_str()).collect()
}

/// `stripe`, `npm:stripe@18`, `https://esm.sh/stripe@14?target=deno`.
fn is_module(module: &str, name: &str) -> bool {
    let bare = module.rsplit_once("esm.sh/").map_or(module, |(_, rest)| rest);
    let bare = bare.strip_prefix("npm:").or_else(|| bare.strip_prefix("jsr:")).unwrap_or(bare);
    bare.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['@', '?', '/']))
}

pub(super) fn runtime(path: &str, text: &str) -> Runtime {
    let compact = |word: &str| text.contains(word);
    let edge = ["'edge'", "\"edge\"", "experimental-edge"].iter().any(|word| {
        text.find(word)
            .is_some_and(|at| text[..at].trim_end().ends_with(['=', ':']) && text[..at].contains("runtime"))
    });
    let deno = [
        "Deno.serve",
        "Deno.env",
        "https://esm.sh/",
        "https://deno.land/",
        "\"npm:",
        "'npm:",
        "\"jsr:",
        "'jsr:",
    ];
    if matches!(Language::of(path), Some(Language::Python | Language::Dart)) {
        Runtime::Unknown
    } else if path.contains("supabase/functions/") || deno.iter().any(|word| compact(word)) {
        Runtime::Deno
    } else if edge
        || compact("\"cloudflare:")
        || compact("'cloudflare:")
        || compact("function onRequestPost")
        || compact("const onRequestPost")
    {
        Runtime::Edge
    } else if compact("Bun.serve") {
        Runtime::Bun
    } else if ["process.env", "require(", "Buffer"].iter().any(|word| compact(word)) {
        Runtime::Node
    } else {
        Runtime::Unknown
    }
}

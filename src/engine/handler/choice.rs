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

/// Words without which no source verifies a webhook: headers and calls of the provider table.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let named = providers().iter().flat_map(|known| known.headers.iter().chain(&known.verify));
    let mut words: Vec<&str> = named.map(String::as_str).collect();
    words.extend(["construct_event", "createHmac", "webhook_secret", "WEBHOOK_SECRET", "whsec_"]);
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// Does this file handle a webhook? By its path, or by a signature header it reads.
pub fn looks_like_webhook(path: &str, text: &str) -> bool {
    if Language::of(path).is_none() || is_test(path) {
        return false;
    }
    let named = is_named(path);
    // Most files are told by their words alone; only the rest is parsed.
    if !named && !WORDS.as_ref().is_some_and(|words| words.is_match(text)) {
        return false;
    }
    let Some(tree) = source::parse(path, text) else { return false };
    let serves = !mount::handlers(&tree).is_empty();
    serves && (named || !named_headers(&tree).is_empty() || verifies_somewhere(&tree))
}

fn is_named(path: &str) -> bool {
    path.to_ascii_lowercase().split('/').any(|part| part.contains("webhook"))
}

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
        )
    };
    parts.any(inside)
        || [".test.", ".spec.", ".stories.", ".d.", "_test."].iter().any(|word| name.contains(word))
        || name.starts_with("test_")
}

fn verifies_somewhere(tree: &Tree) -> bool {
    tree.ids().any(|id| verifies(tree, id))
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
    let hook = |text: &str| {
        let lower = text.to_ascii_lowercase();
        lower.contains("hook") || lower.contains("ipn")
    };
    let named: Vec<mount::Mounted> = all
        .iter()
        .filter(|mounted| hook(mounted.route.as_deref().unwrap_or_default()) || hook(&mounted.name))
        .cloned()
        .collect();
    let verifying: Vec<mount::Mounted> = all
        .iter()
        .filter(|mounted| {
            tree.inside(mounted.function, false)
                .into_iter()
                .any(|id| verifies(tree, id) || is_header(tree, id))
        })
        .cloned()
        .collect();
    if !named.is_empty() || !verifying.is_empty() {
        let chosen = |mounted: &&mount::Mounted| {
            named.iter().chain(&verifying).any(|one| one.function == mounted.function)
        };
        return all.iter().filter(chosen).cloned().collect();
    }
    if is_named(path) {
        // Events are posted.
        let posted: Vec<mount::Mounted> =
            all.iter().filter(|mounted| mounted.name != "GET").cloned().collect();
        return if posted.is_empty() { all } else { posted };
    }
    all
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
    } else if edge || compact("\"cloudflare:") || compact("'cloudflare:") {
        Runtime::Edge
    } else if compact("Bun.serve") {
        Runtime::Bun
    } else if ["process.env", "require(", "Buffer"].iter().any(|word| compact(word)) {
        Runtime::Node
    } else {
        Runtime::Unknown
    }
}

//! What the source of a webhook handler shows: verification, ways around it, effects and answers.
//!
//! A first form, over text outside comments and strings. It finds what is written in the handler's
//! own file; what another file does is said to be delegated, not guessed.

mod effects;
mod lexer;
mod provider;
mod source;
mod verification;
mod ways_around;

use std::sync::LazyLock;

use regex::Regex;

use self::source::Source;
pub use self::{
    provider::{Examples, Provider, provider, provider_named, providers},
    ways_around::EMPTY_KEY,
};
use crate::seen::{Handler, Runtime, Spot};

/// File name endings that [`read`] understands.
pub const UNDERSTOOD: &[&str] = &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

/// Most spots of one kind that are kept; the first ones are what a reader needs.
const SPOTS: usize = 20;

/// A pattern known to be valid; one that is not matches nothing, and a test would tell.
macro_rules! pattern {
    ($name:ident, $text:expr) => {
        pub(super) static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| crate::engine::handler::compiled($text));
    };
}
use pattern;

fn compiled(text: &str) -> Regex {
    // `[^\s\S]` matches nothing.
    Regex::new(text).or_else(|_| Regex::new(r"[^\s\S]")).unwrap_or_else(|_| unreachable_pattern())
}

#[allow(clippy::unwrap_used)] // a literal that the tests compile
fn unreachable_pattern() -> Regex {
    Regex::new("$^").unwrap()
}

/// Reads a handler. `path` is relative to the repository and tells the runtime.
pub fn read(path: &str, text: &str) -> Handler {
    let source = Source::new(text);
    let found = verification::find(&source);
    let runtime = runtime(path, &source);
    let route = route(&source);
    // What the other routes of a server do is not this handler's; verification may be a function.
    let here = |mut spots: Vec<Spot>| {
        spots.retain(|spot| route.is_none_or(|(from, to)| (from..=to).contains(&spot.line)));
        spots.truncate(SPOTS);
        spots
    };
    Handler {
        path: path.to_owned(),
        runtime,
        providers: named_providers(&source),
        synchronous: found.synchronous(&source, runtime),
        fail_open: ways_around::find(&source, &found, runtime),
        reparsed: verification::reparsed(path, &source, &found),
        verified: found.spots(&source),
        compared: here(verification::compared(&source)),
        delegated: verification::delegated(&source),
        reads_body: here(verification::reads_body(&source)),
        writes: here(effects::writes(&source)),
        increments: here(effects::increments(&source)),
        event_id: here(effects::event_id(&source)),
        hands_over: here(effects::hands_over(&source)),
        swallowed: here(effects::swallowed(&source)),
        leaked: here(effects::leaked(&source)),
    }
}

// A path: `headers.get("stripe-signature")` and `env.get("STRIPE_WEBHOOK_SECRET")` are no routes.
pattern!(ROUTE, r#"\.\s*(?:get|post|put|patch|delete|all)\s*\(\s*["'`]/[^"'`\n]*["'`]"#);

/// First and last line of the webhook's route, where a file serves several.
fn route(source: &Source) -> Option<(u32, u32)> {
    let routes: Vec<(usize, &str)> =
        ROUTE.find_iter(&source.strings).map(|hit| (hit.start(), hit.as_str())).take(500).collect();
    let mut hooks = routes.iter().filter(|(_, text)| text.to_ascii_lowercase().contains("hook"));
    let (at, _) = hooks.next().filter(|_| routes.len() > 1)?;
    // With several webhooks in one file nobody can tell which is meant.
    if hooks.next().is_some() {
        return None;
    }
    let (from, to) = source.arguments(*at)?;
    Some((source.spot(from, "").line, source.spot(to, "").line))
}

/// Does this file handle a webhook? By its path, or by a signature header it reads.
pub fn looks_like_webhook(path: &str, text: &str) -> bool {
    static TEST: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r"(?i)(^|/)(__tests__|tests?|e2e|node_modules|dist|mocks?|\.next)/|\.(test|spec|stories|d)\.",
        )
    });
    let ending = path.rsplit('.').next().unwrap_or_default();
    if !UNDERSTOOD.contains(&ending) || TEST.is_match(path) {
        return false;
    }
    let source = Source::new(text);
    if !serves(&source) {
        return false;
    }
    let named = path.to_ascii_lowercase().split('/').any(|part| part.contains("webhook"));
    named || !verification::find(&source).is_empty() || !named_headers(&source).is_empty()
}

pattern!(
    SERVES,
    r"\b(Deno\.serve|serve\s*\(|onRequest|addEventListener|export\s+default|module\.exports|exports\.\w+\s*=|export\s+(async\s+)?(function|const)\s+(POST|handler|action|fetch)|\.(post|all|use)\s*\()"
);

fn serves(source: &Source) -> bool {
    SERVES.is_match(&source.bare)
}

/// Providers whose module is imported or whose header is read.
fn named_providers(source: &Source) -> Vec<String> {
    static MODULE: LazyLock<Regex> =
        LazyLock::new(|| compiled(r#"(?:from|import|require)\s*\(?\s*["'`]([^"'`\n]{1,200})["'`]"#));
    let modules: Vec<&str> =
        MODULE.captures_iter(&source.strings).filter_map(|found| Some(found.get(1)?.as_str())).collect();
    let headers = named_headers(source);
    let imports = |provider: &&Provider| {
        provider.imports.iter().any(|name| modules.iter().any(|module| is_module(module, name)))
    };
    let named =
        providers().iter().filter(|provider| headers.contains(&provider.id.as_str()) || imports(provider));
    named.map(|provider| provider.id.clone()).collect()
}

fn named_headers(source: &Source) -> Vec<&'static str> {
    let text = source.strings.to_ascii_lowercase();
    let reads =
        |name: &str| ['"', '\'', '`'].iter().any(|quote| text.contains(&format!("{quote}{name}{quote}")));
    let named = providers().iter().filter(|provider| provider.headers.iter().any(|name| reads(name)));
    named.map(|provider| provider.id.as_str()).collect()
}

/// `stripe`, `npm:stripe@18`, `https://esm.sh/stripe@14?target=deno`.
fn is_module(module: &str, name: &str) -> bool {
    let bare = module.rsplit_once("esm.sh/").map_or(module, |(_, rest)| rest);
    let bare = bare.strip_prefix("npm:").or_else(|| bare.strip_prefix("jsr:")).unwrap_or(bare);
    bare.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['@', '?', '/']))
}

fn runtime(path: &str, source: &Source) -> Runtime {
    static EDGE: LazyLock<Regex> = LazyLock::new(|| {
        compiled(r#"runtime\s*[:=]\s*["'](edge|experimental-edge)["']|from\s+["']cloudflare:"#)
    });
    static DENO: LazyLock<Regex> = LazyLock::new(|| {
        compiled(r#"\bDeno\.(serve|env)\b|from\s+["'](https://(esm\.sh|deno\.land)|npm:|jsr:)"#)
    });
    if path.contains("supabase/functions/") || DENO.is_match(&source.strings) {
        Runtime::Deno
    } else if EDGE.is_match(&source.strings) {
        Runtime::Edge
    } else if source.bare.contains("Bun.serve") {
        Runtime::Bun
    } else if source.bare.contains("process.env")
        || source.bare.contains("require(")
        || source.bare.contains("Buffer")
    {
        Runtime::Node
    } else {
        Runtime::Unknown
    }
}

//! Rate limits counted in the memory of one instance.

use std::collections::BTreeSet;

use super::{has_word, noted, words};
use crate::{
    engine::source::{Id, Kind, Tree},
    seen::Noted,
};

pub(super) fn find(path: &str, tree: &Tree) -> Vec<Noted> {
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    for id in tree.ids() {
        let Kind::Assign { target, value, operator } = tree.kind(id) else { continue };
        let name = tree.source(*target);
        let at_module = !tree
            .ancestors(id)
            .any(|outer| matches!(tree.kind(outer), Kind::Function(_) | Kind::Class { .. }));
        if operator.is_empty()
            && at_module
            && matches!(tree.kind(*target), Kind::Name)
            && (sounds_like_a_limit(name) || sounds_like_hits(name) && tree.text().contains("429"))
            && is_empty_store(tree, *value)
            && is_counted(tree, name)
            && met.insert(name.to_owned())
        {
            found.push(noted(path, tree, id, name));
        }
    }
    found
}

fn sounds_like_a_limit(name: &str) -> bool {
    let words = words(name);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    has(&["ratelimit", "ratelimiter", "ratelimits", "throttle", "limiter"])
        || has(&["rate"]) && has(&["limit", "limits", "limiter", "limiting", "map", "store", "cache"])
        || has(&["request", "requests", "ip", "login", "hit"])
            && has(&["count", "counts", "counter", "counters", "attempts", "log", "limits", "hits"])
}

/// Short names that a file which refuses with 429 counts requests in.
fn sounds_like_hits(name: &str) -> bool {
    let words = words(name);
    words.len() <= 2
        && words
            .iter()
            .any(|word| matches!(word.as_str(), "hits" | "buckets" | "visits" | "windows" | "attempts"))
}

/// `new Map()`, `{}`, `defaultdict(list)`.
fn is_empty_store(tree: &Tree, value: Id) -> bool {
    match tree.kind(value) {
        Kind::Call { callee, new: true, .. } => {
            matches!(tree.last_name(*callee), "Map" | "WeakMap" | "LRUCache" | "LRU")
        }
        Kind::Call { callee, .. } => matches!(tree.last_name(*callee), "defaultdict" | "TTLCache" | "dict"),
        Kind::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Read and written inside functions.
fn is_counted(tree: &Tree, name: &str) -> bool {
    let (mut reads, mut writes) = (false, false);
    for id in tree.ids() {
        match tree.kind(id) {
            Kind::Call { callee, .. } => {
                let path = tree.path(*callee);
                reads |= path == format!("{name}.get") || path == format!("{name}.has");
                writes |= path == format!("{name}.set");
            }
            Kind::Assign { target, .. } => {
                if let Kind::Index { object, .. } = tree.kind(*target) {
                    writes |= has_word(tree.source(*object), name);
                }
            }
            Kind::Index { object, .. } => reads |= has_word(tree.source(*object), name),
            _ => {}
        }
    }
    reads && writes
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::source::parse;

    #[test]
    fn a_map_that_limits_is_told_from_other_maps() {
        let limit = "const rateLimitMap = new Map(); function f(ip) { const n = rateLimitMap.get(ip); rateLimitMap.set(ip, n + 1); }";
        let of = |path: &str, text: &str| find(path, &parse(path, text).unwrap()).len();
        assert_eq!(of("a.ts", limit), 1);
        assert_eq!(of("a.ts", &limit.replace("rateLimitMap", "priceByRate")), 0);
        assert_eq!(
            of(
                "a.ts",
                "const requestCounts = {}; function f(ip) { requestCounts[ip] = (requestCounts[ip] || 0) + 1; }"
            ),
            1
        );
        assert_eq!(
            of(
                "a.ts",
                "function f(ip) { const rateLimitMap = new Map(); rateLimitMap.set(ip, rateLimitMap.get(ip)); }"
            ),
            0
        );
        assert_eq!(
            of("a.ts", "const rateLimits = { free: 1, pro: 2 }; function f(p) { return rateLimits[p]; }"),
            0
        );
        assert_eq!(
            of(
                "a.py",
                "rate_limit_store = {}\ndef f(ip):\n    rate_limit_store[ip] = rate_limit_store[ip] + 1\n"
            ),
            1
        );
    }
}

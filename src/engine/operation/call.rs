//! Requests to other companies' servers: does something end them, and is their status looked at?

use super::{crm, has_word, outermost};
use crate::{
    engine::source::{Id, Kind, Tree},
    seen::OutsideCall,
};

pub(super) fn find(path: &str, tree: &Tree) -> Vec<OutsideCall> {
    let mut found = Vec::new();
    for id in tree.ids() {
        let Kind::Call { callee, arguments, .. } = tree.kind(id) else { continue };
        let Some(client) = client(&tree.path(*callee)) else { continue };
        let Some(host) = arguments.first().and_then(|url| host(tree, *url, 3)) else { continue };
        if crm::is_notified(&host) {
            continue;
        }
        let options = arguments.get(1..).unwrap_or_default();
        found.push(OutsideCall {
            path: path.to_owned(),
            line: tree.line(id),
            crm: crm::of(&host).map(str::to_owned),
            host,
            writes: client.writes || client.throws.is_none() && method_writes(tree, options),
            bounded: is_bounded(tree, id, options),
            checked: client.throws == Some(true) || is_checked(tree, id),
        });
    }
    found.sort();
    found
}

struct Client {
    /// Its name says so.
    writes: bool,
    /// An error status throws; `None`: it never does, and the method is among the options.
    throws: Option<bool>,
}

fn client(path: &str) -> Option<Client> {
    let last = path.rsplit('.').next().unwrap_or_default();
    let writes = matches!(last, "post" | "put" | "patch" | "delete");
    match path.split('.').next().unwrap_or_default() {
        _ if matches!(path, "fetch" | "globalThis.fetch" | "window.fetch") => {
            Some(Client { writes: false, throws: None })
        }
        "axios" | "ky" | "got" if path.split('.').count() == 2 => Some(Client { writes, throws: Some(true) }),
        "requests" | "httpx" if path.split('.').count() == 2 => Some(Client { writes, throws: Some(false) }),
        _ => None,
    }
}

/// The host of an absolute https URL, through constants of the same file.
fn host(tree: &Tree, url: Id, depth: u32) -> Option<String> {
    if depth == 0 {
        return None;
    }
    let source = tree.source(url);
    let text = source.trim_start_matches(['`', '"', '\'', 'f', 'r']);
    if let Some(rest) = text.strip_prefix("https://") {
        let end = rest.find(|letter: char| "/`\"'?#:{} \n".contains(letter) || letter == '$')?;
        // `https://${account}.example.com/…`
        let host = match rest.get(end..end + 1) {
            Some("$") => rest.split_once('}').and_then(|(_, rest)| rest.split(['/', '`', '?']).next())?,
            Some("{") => rest.split_once('}').and_then(|(_, rest)| rest.split(['/', '"', '?']).next())?,
            _ => &rest[..end],
        };
        let host = host.trim_start_matches('.').to_ascii_lowercase();
        let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        return (plain && host.contains('.') && host.len() < 254).then_some(host);
    }
    let name = match tree.kind(url) {
        Kind::Name => source.to_owned(),
        Kind::Template(_) => {
            text.strip_prefix("${").or_else(|| text.strip_prefix('{'))?.split('}').next()?.to_owned()
        }
        Kind::Binary { left, .. } => return host(tree, *left, depth - 1),
        _ => return None,
    };
    let value = tree.ids().find_map(|id| match tree.kind(id) {
        Kind::Assign { target, value, operator } if operator.is_empty() && tree.source(*target) == name => {
            Some(*value)
        }
        _ => None,
    })?;
    host(tree, value, depth - 1)
}

fn method_writes(tree: &Tree, options: &[Id]) -> bool {
    options.iter().filter_map(|options| tree.entry(*options, "method")).any(|method| {
        tree.literal(method).is_some_and(|method| {
            ["POST", "PUT", "PATCH", "DELETE"].iter().any(|writes| method.eq_ignore_ascii_case(writes))
        })
    })
}

/// Options that are not written out may hold a signal.
fn is_bounded(tree: &Tree, call: Id, options: &[Id]) -> bool {
    let written = options.iter().all(|options| match tree.kind(*options) {
        Kind::Object(entries) => entries.iter().all(|entry| !entry.key.is_empty()),
        Kind::Text(_) | Kind::Template(_) => true,
        _ => false,
    });
    // `signal`, `timeout`, `AbortSignal.timeout`, a race against `setTimeout`.
    let function = tree.source(outermost(tree, call)).to_ascii_lowercase();
    !written || function.contains("signal") || function.contains("timeout") || function.contains("abort")
}

/// Does anything depend on the answer? What is handed on is the caller's to check.
fn is_checked(tree: &Tree, call: Id) -> bool {
    let mut at = call;
    let mut taken = false;
    for outer in tree.ancestors(call).take(12) {
        match tree.kind(outer) {
            Kind::Await(_) => {}
            Kind::Member { property, .. } => {
                if matches!(property.as_str(), "ok" | "status" | "raise_for_status" | "is_success") {
                    return true;
                }
                taken = true;
            }
            // `fetch(…).then(response => …)`: a status looked at inside is a status looked at.
            Kind::Call { callee, .. } if *callee == at => {
                let source = tree.source(outer);
                if [".ok", ".status", ".error", "reject", "throw", "if ("]
                    .iter()
                    .any(|sign| source.contains(sign))
                {
                    return true;
                }
            }
            Kind::Assign { target, value, .. } if *value == at => {
                return names_are_judged(tree, *target, outer, 3);
            }
            // Its result is dropped.
            Kind::Block(_) => return false,
            Kind::If { condition, .. } => return *condition == at,
            Kind::Case { body, .. } if body.contains(&at) => return false,
            Kind::Loop { body, .. } if *body == at => return false,
            Kind::Other(_) if !taken => {}
            // Returned, handed to a function, part of a list, a condition: somebody else looks at it.
            _ => return true,
        }
        at = outer;
    }
    true
}

/// Is a condition, a return, a throw or another function given one of the names, or what is made of them?
fn names_are_judged(tree: &Tree, target: Id, assign: Id, depth: u32) -> bool {
    let names: Vec<String> = tree.bound(target).into_iter().map(|(name, _)| name).collect();
    if names.is_empty() || depth == 0 {
        return true;
    }
    let scope = outermost(tree, assign);
    let from = tree.node(assign).to;
    for id in tree.inside(scope, false) {
        if tree.node(id).from < from {
            continue;
        }
        let judged = match tree.kind(id) {
            Kind::If { condition, .. } => mentions(tree, *condition, &names),
            Kind::Switch { subject, .. } => mentions(tree, *subject, &names),
            Kind::Return(Some(value)) | Kind::Throw(Some(value)) => mentions(tree, *value, &names),
            Kind::Binary { operator, left, .. } if matches!(operator.as_str(), "&&" | "||" | "??") => {
                mentions(tree, *left, &names)
            }
            Kind::Member { object, property } => {
                matches!(property.as_str(), "ok" | "raise_for_status" | "is_success")
                    && names.iter().any(|name| name == tree.source(*object))
            }
            Kind::Call { callee, arguments, .. } => {
                !is_log(&tree.path(*callee))
                    && arguments.iter().any(|argument| mentions(tree, *argument, &names))
            }
            Kind::Assign { target, value, .. } => {
                mentions(tree, *value, &names) && names_are_judged(tree, *target, id, depth - 1)
            }
            _ => false,
        };
        if judged {
            return true;
        }
    }
    false
}

fn mentions(tree: &Tree, id: Id, names: &[String]) -> bool {
    names.iter().any(|name| has_word(tree.source(id), name))
}

fn is_log(path: &str) -> bool {
    path.starts_with("console.") || path.contains("logger.") || matches!(path, "print" | "log")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::source::parse;

    fn read(text: &str) -> Vec<(bool, bool, bool)> {
        let tree = parse("a.ts", text).unwrap();
        find("a.ts", &tree).iter().map(|call| (call.writes, call.bounded, call.checked)).collect()
    }

    const DROPPED: (bool, bool, bool) = (true, false, false);
    const SOUND: (bool, bool, bool) = (true, false, true);

    #[test]
    fn a_dropped_answer_is_told_from_one_that_is_looked_at() {
        let post = "fetch('https://api.hubapi.com/crm/v3/objects/contacts', { method: 'POST', body })";
        for (code, wanted) in [
            (format!("async function f(body) {{ await {post}; }}"), DROPPED),
            (format!("async function f(body) {{ const r = await {post}; console.log(r.status); }}"), DROPPED),
            (
                format!(
                    "async function f(body) {{ const r = await {post}; const d = await r.json(); console.log(d); }}"
                ),
                DROPPED,
            ),
            (
                format!(
                    "async function f(body) {{ try {{ await {post}; }} catch (e) {{ console.error(e); }} }}"
                ),
                DROPPED,
            ),
            (
                format!("async function f(body) {{ const r = await {post}; if (!r.ok) throw new Error(); }}"),
                SOUND,
            ),
            (
                format!(
                    "async function f(body) {{ const r = await {post}; const d = await r.json(); if (d.error) throw d; }}"
                ),
                SOUND,
            ),
            (format!("async function f(body) {{ const r = await {post}; await ensure(r); }}"), SOUND),
            (format!("async function f(body) {{ return {post}; }}"), SOUND),
            (format!("const f = (body) => {post};"), SOUND),
            (format!("async function f(body) {{ return await ensure(await {post}); }}"), SOUND),
            (format!("async function f(body) {{ await Promise.all([{post}]); }}"), SOUND),
            (format!("function f(body) {{ {post}.then(r => {{ if (!r.ok) throw 1; }}); }}"), SOUND),
        ] {
            assert_eq!(read(&code), [wanted], "{code}");
        }
    }

    #[test]
    fn signals_and_hosts_are_seen_through_constants() {
        let tree = parse(
            "a.ts",
            "const BASE = 'https://api.hubapi.com';
             async function f(o) { const r = await fetch(`${BASE}/x`, { method: 'PATCH', signal: AbortSignal.timeout(5000) }); return r; }
             async function g(id) { return fetch(`https://${id}.zendesk.com/api/v2/tickets`, o); }
             async function h(u) { return fetch(u); }
             async function i() { return fetch('/api/x'); }",
        )
        .unwrap();
        let found = find("a.ts", &tree);
        let told: Vec<_> =
            found.iter().map(|call| (call.crm.as_deref(), call.writes, call.bounded)).collect();
        assert_eq!(told, [(Some("HubSpot"), true, true), (Some("Zendesk"), false, true)]);
    }

    #[test]
    fn python_and_axios() {
        let tree = parse(
            "a.py",
            "def f(b):\n    r = requests.post('https://api.pipedrive.com/v1/persons', json=b)\n    return 1\ndef g(b):\n    r = requests.post('https://api.pipedrive.com/v1/persons', json=b, timeout=5)\n    r.raise_for_status()\n",
        )
        .unwrap();
        let told: Vec<_> =
            find("a.py", &tree).iter().map(|call| (call.writes, call.bounded, call.checked)).collect();
        assert_eq!(told, [(true, false, false), (true, true, true)]);
        assert_eq!(read("async function f() { await axios.post('https://api.close.com/x', {}); }"), [SOUND]);
    }
}

//! Answers that tell a stranger how the server is made, and inputs that go into a store as they came.

use super::noted;
use crate::{
    engine::source::{Id, Kind, Tree},
    seen::Noted,
};

/// An error's stack, or the environment, in what a handler answers.
pub(super) fn find(path: &str, tree: &Tree) -> Vec<Noted> {
    let mut found: Vec<Noted> = Vec::new();
    for id in tree.ids() {
        let Kind::Call { callee, arguments, .. } = tree.kind(id) else { continue };
        if !is_answer(&tree.path(*callee)) {
            continue;
        }
        let parts = arguments.iter().flat_map(|argument| tree.inside(*argument, true));
        let told = parts.into_iter().find_map(|part| internal(tree, part));
        if let Some((part, what)) = told
            && !is_for_developers(tree, part)
            && !found.iter().any(|known| known.line == tree.line(part))
        {
            found.push(noted(path, tree, part, what));
        }
    }
    found
}

fn is_answer(path: &str) -> bool {
    const WHOLE: &[&str] = &[
        "Response",
        "Response.json",
        "NextResponse.json",
        "NextResponse",
        "jsonify",
        "JSONResponse",
        "c.json",
    ];
    let last = path.rsplit('.').next().unwrap_or_default();
    let is_method = matches!(last, "json" | "send" | "end")
        && path.split('.').any(|part| matches!(part, "res" | "response" | "reply" | "status"));
    WHOLE.contains(&path) || is_method
}

fn internal(tree: &Tree, id: Id) -> Option<(Id, &'static str)> {
    match tree.kind(id) {
        Kind::Member { object, property } if property == "stack" => {
            let name = tree.source(*object).to_ascii_lowercase();
            (name.contains("err") || name == "e" || name == "ex").then_some((id, "an error's stack"))
        }
        Kind::Call { callee, .. } => match tree.path(*callee).as_str() {
            "Deno.env.toObject" => Some((id, "the environment")),
            "traceback.format_exc" => Some((id, "an error's stack")),
            _ => None,
        },
        Kind::Member { .. } if tree.source(id) == "process.env" => {
            // `process.env.NAME` is one variable, and often a public one.
            let is_one = |outer: Id| matches!(tree.kind(outer), Kind::Member { .. } | Kind::Index { .. });
            tree.parent(id).is_none_or(|outer| !is_one(outer)).then_some((id, "the environment"))
        }
        _ => None,
    }
}

/// `process.env.NODE_ENV === "development" ? error.stack : undefined`.
fn is_for_developers(tree: &Tree, id: Id) -> bool {
    tree.ancestors(id).any(|outer| match tree.kind(outer) {
        Kind::If { condition, .. } => is_development(tree.source(*condition)),
        Kind::Binary { left, .. } => is_development(tree.source(*left)),
        _ => false,
    })
}

fn is_development(condition: &str) -> bool {
    let lower = condition.to_ascii_lowercase();
    ["node_env", "dev", "debug", "production"].iter().any(|word| lower.contains(word))
}

/// `.insert(await req.json())`: fields that nobody expected are written too.
pub(super) fn unvalidated(path: &str, tree: &Tree) -> Vec<Noted> {
    let bodies = bodies(tree);
    let mut found = Vec::new();
    for id in tree.ids() {
        let Kind::Call { callee, arguments, .. } = tree.kind(id) else { continue };
        let method = tree.last_name(*callee);
        let called = tree.source(*callee);
        let is_store = ["from(", "collection(", "doc(", "ref("].iter().any(|word| called.contains(word));
        if !matches!(method, "insert" | "update" | "upsert" | "set" | "add") || !is_store {
            continue;
        }
        if let Some(first) = arguments.first().filter(|first| is_whole_body(tree, **first, &bodies)) {
            found.push(noted(path, tree, *first, method));
        }
    }
    found
}

/// Names that hold a request's body as it came.
fn bodies(tree: &Tree) -> Vec<String> {
    let mut names = Vec::new();
    for id in tree.ids() {
        if let Kind::Assign { target, value, operator } = tree.kind(id)
            && operator.is_empty()
            && matches!(tree.kind(*target), Kind::Name)
            && is_body(tree.source(*value))
        {
            names.push(tree.source(*target).to_owned());
        }
    }
    names
}

fn is_body(source: &str) -> bool {
    const BODIES: &[&str] = &[
        "req.json()",
        "request.json()",
        "req.body",
        "request.body",
        "c.req.json()",
        "ctx.request.body",
        "request.get_json()",
        "event.body",
        "readBody(event)",
    ];
    BODIES.contains(&source.trim_start_matches("await ").trim())
}

fn is_whole_body(tree: &Tree, id: Id, bodies: &[String]) -> bool {
    let is_one = |source: &str| is_body(source) || bodies.iter().any(|name| name == source);
    match tree.kind(id) {
        Kind::List(items) => items.iter().any(|item| is_one(tree.source(*item))),
        // `{ ...body, at }`.
        Kind::Object(entries) => entries.iter().any(|entry| {
            entry.key.is_empty() && is_one(tree.source(entry.value).trim_start_matches("...").trim())
        }),
        _ => is_one(tree.source(id)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::source::parse;

    #[test]
    fn answers_with_internals() {
        let of = |text: &str| find("a.ts", &parse("a.ts", text).unwrap()).len();
        for text in [
            "try { f(); } catch (err) { return new Response(JSON.stringify({ error: err.message, stack: err.stack })); }",
            "app.get('/', (req, res) => { res.status(500).json({ stack: error.stack }); });",
            "Deno.serve(() => new Response(JSON.stringify(Deno.env.toObject())));",
            "export function GET() { return NextResponse.json({ env: process.env }); }",
        ] {
            assert_eq!(of(text), 1, "{text}");
        }
        for text in [
            "try { f(); } catch (err) { console.error(err.stack); return new Response('failed', { status: 500 }); }",
            "res.json({ stack: process.env.NODE_ENV === 'development' ? error.stack : undefined });",
            "return NextResponse.json({ url: process.env.NEXT_PUBLIC_URL });",
            "return Response.json({ stack: technology.stack });",
        ] {
            assert_eq!(of(text), 0, "{text}");
        }
    }

    #[test]
    fn bodies_that_are_stored_as_they_came() {
        let of = |text: &str| unvalidated("a.ts", &parse("a.ts", text).unwrap()).len();
        for text in [
            "async function f(req) { const body = await req.json(); await supabase.from('t').insert(body); }",
            "async function f(req) { await db.collection('t').add(req.body); }",
            "async function f(req) { const b = await req.json(); await supabase.from('t').update({ ...b, at: 1 }).eq('id', 1); }",
            "async function f(req) { const b = await req.json(); await supabase.from('t').insert([b]); }",
        ] {
            assert_eq!(of(text), 1, "{text}");
        }
        for text in [
            "async function f(req) { const { a } = await req.json(); await supabase.from('t').insert({ a }); }",
            "async function f(req) { const b = schema.parse(await req.json()); await supabase.from('t').insert(b); }",
            "async function f(req) { const b = await req.json(); await supabase.from('t').insert({ a: b.a }); }",
            "async function f(req) { const b = await req.json(); seen.add(b); }",
        ] {
            assert_eq!(of(text), 0, "{text}");
        }
    }
}

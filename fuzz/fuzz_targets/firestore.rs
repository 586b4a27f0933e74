//! A rules file: read, compiled, asked about every method on a few paths, and judged.
#![no_main]

use gonogo::{
    checks::{all, judge},
    engine::firestore::{
        compile, position,
        request::{Comparison, Fields, Filter, Method, Query, Request, Store, decide, decide_all},
        value::{Sources, Symbol, Value},
    },
    seen::{FirestoreRules, Observations, Seen},
    target::Target,
};
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 4] = ["users/alice", "tickets/t1", "a/b/c/d", ""];

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let compiled = compile(&text);
    for mistake in compiled.errors.iter().chain(&compiled.warnings) {
        let _ = position(&text, mistake.span.start);
    }
    let store: Store = PATHS.iter().map(|path| ((*path).to_owned(), fields(&text))).collect();
    let mut requests = Vec::new();
    for (path, method) in PATHS.iter().flat_map(|path| Method::ALL.map(|method| (*path, method))) {
        for auth in [Value::Null, signed_in(), Value::unknown(Sources::TOKEN)] {
            requests.push(request(path, method, auth, &text));
        }
    }
    for request in &requests {
        let _ = decide(&compiled, request, &store, &store);
    }
    let _ = decide_all(&compiled, &requests, &Store::new(), &store);

    // What the checks conclude for whole classes of visitors.
    let mut seen = Observations::default();
    let mut rules = FirestoreRules::default();
    rules.text = text.into_owned();
    seen.firestore.insert("firestore.rules".to_owned(), Seen::Got(rules));
    let _ = judge(&all().collect::<Vec<_>>(), &seen, &Target::default());
});

fn request(path: &str, method: Method, auth: Value, text: &str) -> Request {
    let path =
        if method == Method::List { path.rsplit_once('/').map_or(path, |(parent, _)| parent) } else { path };
    let data = matches!(method, Method::Create | Method::Update).then(|| fields(text));
    let filter =
        Filter { field: "owner".to_owned(), comparison: Comparison::LessOrEqual, value: Value::Int(3) };
    let filters = if text.len() % 2 == 0 { vec![vec![filter]] } else { Vec::new() };
    let query = Query { group: text.len() % 3 == 0, filters, limit: Some(i64::MAX), offset: i64::MIN };
    Request { method, path: path.to_owned(), auth, data, query, now: 1_700_000_000_000_000_000 }
}

fn signed_in() -> Value {
    let token = Value::map([("email", Value::text("alice@example.com")), ("admin", Value::Bool(true))]);
    Value::map([("uid", Value::symbol(Symbol::OwnId, Sources::TOKEN)), ("token", token)])
}

/// Fields of the kinds that rules look at, with extreme values.
fn fields(text: &str) -> Fields {
    let list = vec![Value::Int(i64::MIN), Value::Float(f64::NAN), Value::Null, Value::text("é\u{10000}")];
    Fields::from([
        ("owner".to_owned(), Value::text("alice")),
        ("text".to_owned(), Value::text(&text[..text.floor_char_boundary(100)])),
        ("int".to_owned(), Value::Int(i64::MAX)),
        ("least".to_owned(), Value::Int(i64::MIN)),
        ("time".to_owned(), Value::Time(i128::MAX)),
        ("span".to_owned(), Value::Duration(i128::MIN)),
        ("place".to_owned(), Value::Place(f64::INFINITY, -91.0)),
        ("list".to_owned(), Value::List(list)),
        ("bytes".to_owned(), Value::Bytes(text.bytes().take(100).collect())),
    ])
}

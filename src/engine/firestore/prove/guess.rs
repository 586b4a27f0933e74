//! Values to send, where only their type or size matters.

use super::Value;

/// Another value of the same type.
pub(crate) fn changed(value: &Value) -> Value {
    match value {
        Value::Bool(truth) => Value::Bool(!truth),
        Value::Int(int) => Value::Int(int.wrapping_add(1)),
        Value::Float(float) => Value::Float(float + 1.0),
        Value::Text(text) => Value::Text(format!("{text} else")),
        Value::Time(time) => Value::Time(time.saturating_add(1_000_000_000)),
        Value::List(items) => Value::List([items.as_slice(), &[Value::text("else")]].concat()),
        Value::Map(map) => {
            let mut map = map.clone();
            map.insert("else".to_owned(), Value::text("else"));
            Value::Map(map)
        }
        _ => Value::text("else"),
    }
}

pub(crate) fn resized(value: Option<Value>, size: usize) -> Value {
    match value {
        Some(Value::List(items)) => {
            let filler = items.first().cloned().unwrap_or_else(|| Value::text("a"));
            Value::List(items.into_iter().chain(std::iter::repeat(filler)).take(size).collect())
        }
        Some(Value::Map(_)) => {
            Value::Map((0..size.min(100)).map(|at| (format!("k{at}"), Value::Int(1))).collect())
        }
        Some(Value::Text(text)) => {
            Value::Text(text.chars().chain(std::iter::repeat('a')).take(size).collect())
        }
        _ => Value::Text("a".repeat(size)),
    }
}

pub(crate) fn of_kind(kind: &str) -> Value {
    match kind {
        "bool" => Value::Bool(true),
        "int" | "number" => Value::Int(1),
        "float" => Value::Float(1.5),
        "bytes" => Value::Bytes(b"a".to_vec()),
        "list" => Value::List(vec![Value::text("a")]),
        "map" => Value::map([("a", Value::text("b"))]),
        "timestamp" => Value::Time(1_700_000_000_000_000_000),
        "latlng" => Value::Place(1.0, 2.0),
        "path" => Value::Path(["databases", "(default)", "documents", "a", "b"].map(str::to_owned).to_vec()),
        _ => Value::text("something"),
    }
}

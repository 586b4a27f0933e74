//! Methods and subscripts of values.

use super::super::{
    fault::Fault,
    value::{Fields, Outcomes, Sources, Symbol, Unknown, Value, contains, equal, set_of},
};
use super::{Eval, equality, hash, member, text, time};

/// `target.name(args)`.
pub(super) fn call(target: &Value, name: &str, args: &[Value]) -> Eval {
    if let Value::Null = target {
        return Err(Fault::null());
    }
    if target.is_open() || args.iter().any(Value::is_open) {
        let entry = match (target, name, args) {
            (Value::Map(map), "get", [key, default]) => entry(map, key, default),
            _ => None,
        };
        return Ok(entry.unwrap_or_else(|| open(target, name, args)));
    }
    match (target, args) {
        (Value::List(_) | Value::Set(_), [other]) => super::comparable(target, other)?,
        (Value::List(_), []) if name == "toSet" => super::comparable(target, target)?,
        _ => {}
    }
    let answer = match target {
        Value::Text(string) => text::method(string, name, args),
        Value::List(items) => list(items, name, args),
        Value::Set(items) => set(items, name, args),
        Value::Map(map) => mapping(map, name, args),
        Value::Diff(left, right) => difference(left, right, name, args),
        Value::Time(nanos) => time::method(*nanos, name, args),
        Value::Duration(nanos) => time::of_duration(*nanos, name, args),
        Value::Bytes(bytes) => hash::method(bytes, name, args),
        Value::Place(latitude, longitude) => place(*latitude, *longitude, name, args),
        Value::Path(segments) => bind(segments, name, args),
        _ => None,
    };
    answer.unwrap_or_else(|| Err(Fault::no_function(name)))
}

/// What `get` finds in a map of which the names are known, though not all values: a token without a
/// claim has it no more than a document without a field. Nothing where the value decides.
fn entry(map: &Fields, key: &Value, default: &Value) -> Option<Value> {
    let keys = match key {
        Value::List(keys) => keys.as_slice(),
        one => std::slice::from_ref(one),
    };
    let (mut map, mut keys) = (map, keys.iter());
    loop {
        let Value::Text(key) = keys.next()? else { return None };
        match (map.get(key), keys.len()) {
            // It may be missing as well, or hold what is looked for or not.
            (Some(Value::Unknown(unknown)), left) if unknown.may.error || left > 0 => return None,
            (Some(value), 0) => return Some(value.clone()),
            (Some(Value::Map(inner)), _) => map = inner,
            (None | Some(_), _) => return Some(default.clone()),
        }
    }
}

/// A method of something unknown, or with an unknown argument.
fn open(target: &Value, name: &str, args: &[Value]) -> Value {
    let on = args.iter().fold(target.sources(), |on, arg| on.and(arg.sources()));
    let on = if on.is_empty() { Sources::TOKEN } else { on };
    // A list that belongs to others does not name this caller.
    let own = |value: &Value| match value {
        Value::List(items) | Value::Set(items) => !items.is_empty() && items.iter().all(equality::is_own),
        _ => false,
    };
    if matches!(name, "hasAny" | "hasAll" | "hasOnly")
        && ((equality::is_others(target) && args.iter().all(own))
            || (own(target) && args.iter().all(equality::is_others)))
    {
        return Value::truth(Outcomes::FALSE_OR_ERROR, on);
    }
    if let Value::Unknown(Unknown { symbol: Symbol::Fields, may, .. }) = target {
        let error = may.error || args.iter().any(Value::is_open);
        // Safe by their very purpose: no missing field makes them fail.
        if matches!(name, "keys" | "get" | "diff" | "size" | "values") && !error {
            return Value::truth(Outcomes::ANY, on);
        }
    }
    Value::unknown(on)
}

fn list(items: &[Value], name: &str, args: &[Value]) -> Option<Eval> {
    Some(match (name, args) {
        ("size", []) => Ok(Value::count(items.len())),
        // A set can be asked about a list, and not the other way round.
        ("hasAll" | "hasAny" | "hasOnly", [Value::Set(_)]) => {
            Err(Fault::operation(format!("list.{name}(set)")))
        }
        ("hasAll" | "hasAny" | "hasOnly", [other]) => has(name, items, other),
        ("concat", [Value::List(other)]) => Ok(Value::List([items, other].concat())),
        ("removeAll", [Value::List(other)]) => {
            Ok(Value::List(items.iter().filter(|item| !contains(other, item)).cloned().collect()))
        }
        ("toSet", []) => Ok(set_of(items.iter().cloned())),
        ("join", [Value::Text(between)]) => {
            if items.len().saturating_mul(between.len()) > super::HEAVIEST {
                return Some(Err(Fault::unsupported("a string this long")));
            }
            if let Some(inner) =
                items.iter().find(|item| matches!(item, Value::List(_) | Value::Map(_) | Value::Set(_)))
            {
                return Some(Err(Fault::types(inner.kind(), "string")));
            }
            let parts: Vec<String> = items.iter().map(text::shown).collect();
            Ok(Value::Text(parts.join(between)))
        }
        _ => return None,
    })
}

fn set(items: &[Value], name: &str, args: &[Value]) -> Option<Eval> {
    Some(match (name, args) {
        ("size", []) => Ok(Value::count(items.len())),
        ("hasAll" | "hasAny" | "hasOnly", [other]) => has(name, items, other),
        ("union", [Value::Set(other)]) => Ok(set_of(items.iter().chain(other).cloned())),
        ("intersection", [Value::Set(other)]) => {
            Ok(Value::Set(items.iter().filter(|item| contains(other, item)).cloned().collect()))
        }
        ("difference", [Value::Set(other)]) => {
            Ok(Value::Set(items.iter().filter(|item| !contains(other, item)).cloned().collect()))
        }
        _ => return None,
    })
}

fn has(name: &str, items: &[Value], other: &Value) -> Eval {
    let (Value::List(other) | Value::Set(other)) = other else {
        return Err(Fault::operation(format!("{name}({})", other.kind())));
    };
    Ok(Value::Bool(match name {
        "hasAll" => other.iter().all(|wanted| contains(items, wanted)),
        "hasAny" => other.iter().any(|wanted| contains(items, wanted)),
        _ => items.iter().all(|item| contains(other, item)),
    }))
}

fn mapping(map: &Fields, name: &str, args: &[Value]) -> Option<Eval> {
    Some(match (name, args) {
        ("size", []) => Ok(Value::count(map.len())),
        ("keys", []) => Ok(Value::List(map.keys().map(Value::text).collect())),
        ("values", []) => Ok(Value::List(map.values().cloned().collect())),
        ("diff", [Value::Map(other)]) => Ok(Value::Diff(map.clone(), other.clone())),
        ("get", [Value::Text(key), default]) => Ok(map.get(key).unwrap_or(default).clone()),
        ("get", [Value::List(keys), default]) => deep(map, keys, default),
        _ => return None,
    })
}

/// `map.get(['a', 'b'], default)` reads `map.a.b`.
fn deep(map: &Fields, keys: &[Value], default: &Value) -> Eval {
    let mut found = Value::Map(map.clone());
    for key in keys {
        let Value::Text(key) = key else { return Err(Fault::types(key.kind(), "string")) };
        match found {
            Value::Map(inner) => match inner.get(key) {
                Some(value) => found = value.clone(),
                None => return Ok(default.clone()),
            },
            _ => return Ok(default.clone()),
        }
    }
    Ok(found)
}

fn difference(left: &Fields, right: &Fields, name: &str, args: &[Value]) -> Option<Eval> {
    if !args.is_empty() {
        return None;
    }
    let added = || left.keys().filter(|key| !right.contains_key(*key));
    let removed = || right.keys().filter(|key| !left.contains_key(*key));
    let common = |same: bool| {
        left.iter()
            .filter(move |(key, value)| right.get(*key).is_some_and(|other| equal(value, other) == same))
            .map(|(key, _)| key)
    };
    if let Err(fault) = super::comparable_fields(left, right) {
        return Some(Err(fault));
    }
    let keys: Vec<&String> = match name {
        "addedKeys" => added().collect(),
        "removedKeys" => removed().collect(),
        "changedKeys" => common(false).collect(),
        "unchangedKeys" => common(true).collect(),
        "affectedKeys" => added().chain(removed()).chain(common(false)).collect(),
        _ => return None,
    };
    Some(Ok(Value::Set(keys.into_iter().map(Value::text).collect())))
}

fn place(latitude: f64, longitude: f64, name: &str, args: &[Value]) -> Option<Eval> {
    match (name, args) {
        ("latitude", []) => Some(Ok(Value::Float(latitude))),
        ("longitude", []) => Some(Ok(Value::Float(longitude))),
        ("distance", [Value::Place(other_latitude, other_longitude)]) => {
            let (a, b) = (latitude.to_radians(), other_latitude.to_radians());
            let half = (((b - a) / 2.0).sin().powi(2)
                + a.cos() * b.cos() * ((other_longitude - longitude).to_radians() / 2.0).sin().powi(2))
            .sqrt();
            Some(Ok(Value::Float(2.0 * 6_371_010.0 * half.min(1.0).asin())))
        }
        _ => None,
    }
}

fn bind(segments: &[String], name: &str, args: &[Value]) -> Option<Eval> {
    let ("bind", [Value::Map(map)]) = (name, args) else { return None };
    let longest = map.values().map(Value::weight).max().unwrap_or(0);
    if segments.len().saturating_mul(longest) > super::HEAVIEST {
        return Some(Err(Fault::unsupported("a path this long")));
    }
    let filled = segments.iter().map(|segment| {
        let hole = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        match hole.map(|hole| map.get(hole)) {
            None => Ok(segment.clone()),
            Some(Some(Value::Text(text))) => Ok(text.clone()),
            Some(_) => Err(Fault::missing(hole.unwrap_or_default())),
        }
    });
    Some(filled.collect::<Result<_, _>>().map(Value::Path))
}

/// `target[index]`.
pub(super) fn index(target: Value, index: &Value) -> Eval {
    match (&target, index) {
        (Value::Null, _) | (_, Value::Null) => Err(Fault::null()),
        (Value::Unknown(_) | Value::Map(_), Value::Text(field)) => member(target, field),
        (Value::Unknown(unknown), _) => Ok(Value::unknown(unknown.on.and(index.sources()))),
        (_, Value::Unknown(unknown)) => {
            Ok(Value::unknown(unknown.on.and(target.sources()).and(Sources::TOKEN)))
        }
        (Value::List(items), Value::Int(at)) => {
            let item = usize::try_from(*at).ok().and_then(|at| items.get(at)).cloned();
            item.ok_or_else(|| Fault::index(*at, items.len()))
        }
        (Value::Path(segments), Value::Int(at)) => {
            let item = usize::try_from(*at).ok().and_then(|at| segments.get(at)).map(Value::text);
            item.ok_or_else(|| Fault::index(*at, segments.len()))
        }
        (Value::Text(string), Value::Int(at)) => text::slice(string, *at, at.saturating_add(1)),
        _ => Err(Fault::operation(format!("{}[{}]", target.kind(), index.kind()))),
    }
}

/// `target[from:to]`.
pub(super) fn slice(target: &Value, from: Option<&Value>, to: Option<&Value>) -> Eval {
    let size = match target {
        Value::Text(string) => string.encode_utf16().count(),
        Value::List(items) => items.len(),
        Value::Path(segments) => segments.len(),
        Value::Null => return Err(Fault::null()),
        Value::Unknown(unknown) => return Ok(Value::unknown(unknown.on)),
        other => return Err(Fault::operation(format!("{}[:]", other.kind()))),
    };
    let bound = |bound: Option<&Value>, default: i64| match bound {
        None => Ok(Ok(default)),
        Some(Value::Int(at)) => Ok(Ok(*at)),
        Some(Value::Unknown(unknown)) => Ok(Err(Value::unknown(unknown.on))),
        Some(other) => Err(Fault::types(other.kind(), "int")),
    };
    let (from, to) = match (bound(from, 0)?, bound(to, i64::try_from(size).unwrap_or(i64::MAX))?) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(open), _) | (_, Err(open)) => return Ok(open),
    };
    if let Value::Text(string) = target {
        return text::slice(string, from, to);
    }
    let range = text::range(from, to, size)?;
    match target {
        Value::List(items) => Ok(Value::List(items.get(range).unwrap_or_default().to_vec())),
        Value::Path(segments) => Ok(Value::Path(segments.get(range).unwrap_or_default().to_vec())),
        _ => Err(Fault::operation("slice")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::firestore::fault::FaultKind;

    fn texts(count: usize) -> Value {
        Value::List((0..count).map(|index| Value::text(index.to_string())).collect())
    }

    #[track_caller]
    fn refuses(answer: Eval) {
        assert_eq!(answer.map_err(|fault| fault.kind), Err(FaultKind::Unsupported));
    }

    #[test]
    fn what_would_grow_large_is_not_built() {
        let long = Value::text("x".repeat(10_000));
        refuses(call(&texts(5_000), "join", std::slice::from_ref(&long)));
        let holes = Value::Path(vec!["{x}".to_owned(); 5_000]);
        refuses(call(&holes, "bind", &[Value::map([("x", long)])]));
    }

    #[test]
    fn large_collections_are_not_compared() {
        let (large, small) = (texts(5_000), texts(50));
        refuses(call(&large, "toSet", &[]));
        refuses(call(&large, "hasAll", std::slice::from_ref(&large)));
        refuses(call(&large, "removeAll", std::slice::from_ref(&large)));
        assert_eq!(call(&small, "hasAll", std::slice::from_ref(&small)), Ok(Value::Bool(true)));
        assert!(call(&small, "toSet", &[]).is_ok());
    }
}

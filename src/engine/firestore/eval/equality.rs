//! `==`, `!=` and `in`, also of values that are not known.

use super::super::{
    fault::{Fault, FaultKind},
    value::{Bounds, Outcomes, Sources, Symbol, Unknown, Value, contains, equal},
};
use super::Eval;

pub(super) fn equals(left: &Value, right: &Value) -> Eval {
    match (left, right) {
        (Value::Bounded(bounds), other) | (other, Value::Bounded(bounds)) => bounded_equals(bounds, other),
        _ if left.is_open() || right.is_open() => {
            let (may, on) = open_equals(left, right);
            Ok(truth(may, on))
        }
        _ => Ok(Value::Bool(equal(left, right))),
    }
}

pub(super) fn is_in(item: &Value, container: &Value) -> Eval {
    match container {
        Value::Null => Err(Fault::null()),
        Value::Map(map) => match item {
            Value::Text(key) => Ok(Value::Bool(map.contains_key(key))),
            // Only a text can be looked for.
            Value::Unknown(unknown) => {
                let fails = unknown.may.error || unknown.symbol.foreign().is_none();
                Ok(truth(Outcomes::EITHER.with_error(fails), unknown.on))
            }
            other => Err(Fault::operation(format!("map.in({})", other.kind()))),
        },
        Value::List(items) | Value::Set(items) => {
            if !item.is_open() && !container.is_open() {
                // A field of which only bounds are known is in no list, as far as the engine sees.
                return Ok(Value::Bool(contains(items, item)));
            }
            let (mut may, mut on) = (Outcomes::exactly(false), Sources::default());
            for other in items {
                let (same, depends) = open_equals(item, other);
                may = may.or(same);
                on = on.and(depends);
            }
            Ok(truth(may, on))
        }
        Value::Unknown(unknown) => Ok(in_unknown(item, *unknown)),
        _ => Err(Fault::no_function("in")),
    }
}

fn in_unknown(item: &Value, container: Unknown) -> Value {
    let error = container.may.error || matches!(item, Value::Unknown(item) if item.may.error);
    if container.symbol == Symbol::Fields {
        return truth(Outcomes::EITHER.with_error(error), container.on.and(item.sources()));
    }
    let foreign = if let Value::Unknown(item) = item { item.symbol.foreign() } else { None };
    if foreign.is_some_and(|foreign| !container.on.is_empty() && container.on.is_within(foreign)) {
        return truth(Outcomes::exactly(false).with_error(true), container.on);
    }
    truth(Outcomes::ANY, container.on.and(item.sources()))
}

/// Is it the caller's own identity?
pub(super) fn is_own(value: &Value) -> bool {
    matches!(value, Value::Unknown(Unknown { symbol: Symbol::OwnId | Symbol::OwnEmail, .. }))
}

/// Does it belong to others altogether?
pub(super) fn is_others(value: &Value) -> bool {
    matches!(value, Value::Unknown(Unknown { on, symbol: Symbol::Any | Symbol::Fields, .. })
        if !on.is_empty() && on.is_within(Sources::OTHERS))
}

fn open_equals(left: &Value, right: &Value) -> (Outcomes, Sources) {
    let on = left.sources().and(right.sources());
    match (left, right) {
        (Value::Unknown(left), Value::Unknown(right)) => (both_unknown(*left, *right), on),
        (Value::Unknown(unknown), known) | (known, Value::Unknown(unknown)) => {
            (unknown_equals(*unknown, known), on)
        }
        (Value::List(a), Value::List(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .fold((Outcomes::exactly(true), on), |(may, on), (a, b)| (may.and(open_equals(a, b).0), on)),
        _ if left.kind() != right.kind() => (Outcomes::exactly(equal(left, right)), on),
        _ if left.is_open() || right.is_open() => (Outcomes::EITHER, on),
        _ => (Outcomes::exactly(equal(left, right)), on),
    }
}

fn both_unknown(left: Unknown, right: Unknown) -> Outcomes {
    let error = left.may.error || right.may.error;
    let within = |unknown: Unknown, foreign: Sources| !unknown.on.is_empty() && unknown.on.is_within(foreign);
    match (left.symbol.foreign(), right.symbol.foreign()) {
        (Some(_), Some(_)) => Outcomes::exactly(left.symbol == right.symbol),
        (Some(foreign), None) if within(right, foreign) => Outcomes::exactly(false).with_error(error),
        (None, Some(foreign)) if within(left, foreign) => Outcomes::exactly(false).with_error(error),
        _ => Outcomes::EITHER.with_error(error),
    }
}

fn unknown_equals(unknown: Unknown, known: &Value) -> Outcomes {
    match unknown.symbol {
        // No value that stands in the file is just anyone's id.
        symbol if symbol.foreign().is_some() => {
            let named = symbol.is_named() && matches!(known, Value::Text(_));
            if named { Outcomes::EITHER } else { Outcomes::exactly(false) }
        }
        Symbol::Now(_) if !matches!(known, Value::Time(_)) => Outcomes::exactly(false),
        Symbol::Document | Symbol::Fields if !matches!(known, Value::Map(_)) => {
            Outcomes::exactly(false).with_error(unknown.may.error)
        }
        _ => Outcomes::EITHER.with_error(unknown.may.error),
    }
}

pub(super) fn truth(may: Outcomes, on: Sources) -> Value {
    if may == Outcomes::exactly(may.yes) { Value::Bool(may.yes) } else { Value::truth(may, on) }
}

/// The engine decides only what the bounds exclude.
fn bounded_equals(bounds: &Bounds, other: &Value) -> Eval {
    let excluded = bounds.not.iter().any(|not| equal(not, other))
        || bounds.lower.as_ref().is_some_and(|(lower, included)| {
            match super::operator::order(other, lower) {
                Some(order) => order.is_lt() || (order.is_eq() && !included),
                None => true,
            }
        })
        || bounds.upper.as_ref().is_some_and(|(upper, included)| {
            match super::operator::order(other, upper) {
                Some(order) => order.is_gt() || (order.is_eq() && !included),
                None => true,
            }
        });
    if excluded { Ok(Value::Bool(false)) } else { Err(undecided()) }
}

pub(super) fn undecided() -> Fault {
    Fault::new(FaultKind::Undecided, "evaluation error")
}

//! Operators other than `&&`, `||` and the ternary.

use std::cmp::Ordering;

use super::super::{
    ast::Operator,
    fault::{Fault, FaultKind},
    value::{Bounds, Outcomes, Sources, Symbol, Unknown, Value},
};
use super::{Eval, equality, outcomes};

pub(super) fn not(operand: Value) -> Eval {
    match operand {
        Value::Bool(value) => Ok(Value::Bool(!value)),
        Value::Unknown(Unknown { may, on, symbol: Symbol::Any }) => Ok(Value::truth(may.negated(), on)),
        other => Err(Fault::operation(format!("!{}", other.kind()))),
    }
}

pub(super) fn negate(operand: &Value) -> Eval {
    match operand {
        Value::Int(int) => int.checked_neg().map(Value::Int).ok_or_else(overflow),
        Value::Float(float) => Ok(Value::Float(-float)),
        Value::Duration(nanos) => Ok(Value::Duration(nanos.saturating_neg())),
        Value::Unknown(unknown) => Ok(Value::unknown(unknown.on)),
        other => Err(Fault::operation(format!("-{}", other.kind()))),
    }
}

pub(super) fn binary(operator: Operator, left: &Value, right: &Value) -> Eval {
    super::comparable(left, right)?;
    match operator {
        Operator::Equal => equality::equals(left, right),
        Operator::NotEqual => equality::equals(left, right).and_then(not),
        Operator::In => equality::is_in(left, right),
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            compare(operator, left, right)
        }
        _ if left.is_open() || right.is_open() => Ok(Value::unknown(depends(left, right))),
        _ => arithmetic(operator, left, right).unwrap_or_else(|| Err(unfit(operator, left, right))),
    }
}

/// What a result of unknown operands depends on; the caller's identity counts as the token.
fn depends(left: &Value, right: &Value) -> Sources {
    let on = left.sources().and(right.sources());
    if on.is_empty() { Sources::TOKEN } else { on }
}

fn unfit(operator: Operator, left: &Value, right: &Value) -> Fault {
    Fault::operation(format!("{} {} {}", left.kind(), operator.symbol(), right.kind()))
}

fn overflow() -> Fault {
    Fault::new(FaultKind::Range, format!("Integer value is out of the [{}, {}] range.", i64::MIN, i64::MAX))
}

fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Option<Eval> {
    Some(match (left, right) {
        (Value::Int(left), Value::Int(right)) => integers(operator, *left, *right),
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            Ok(Value::Float(floats(operator, number(left)?, number(right)?)))
        }
        (Value::Text(left), Value::Text(right)) if operator == Operator::Add => {
            super::bounded(Value::Text(format!("{left}{right}")))
        }
        (Value::Duration(left), Value::Duration(right)) => Ok(Value::Duration(sum(operator, *left, *right)?)),
        (Value::Time(left), Value::Duration(right)) => Ok(Value::Time(sum(operator, *left, *right)?)),
        (Value::Duration(left), Value::Time(right)) if operator == Operator::Add => {
            Ok(Value::Time(left.saturating_add(*right)))
        }
        (Value::Time(left), Value::Time(right)) if operator == Operator::Subtract => {
            Ok(Value::Duration(left.saturating_sub(*right)))
        }
        _ => return None,
    })
}

fn sum(operator: Operator, left: i128, right: i128) -> Option<i128> {
    match operator {
        Operator::Add => Some(left.saturating_add(right)),
        Operator::Subtract => Some(left.saturating_sub(right)),
        _ => None,
    }
}

fn integers(operator: Operator, left: i64, right: i64) -> Eval {
    let result = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide | Operator::Remainder if right == 0 => {
            return Err(Fault::new(FaultKind::Range, "Divide by zero error."));
        }
        Operator::Divide => left.checked_div(right),
        _ => left.checked_rem(right),
    };
    result.map(Value::Int).ok_or_else(overflow)
}

fn floats(operator: Operator, left: f64, right: f64) -> f64 {
    match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        _ => left % right,
    }
}

pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(int) => Some(*int as f64),
        Value::Float(float) => Some(*float),
        _ => None,
    }
}

fn compare(operator: Operator, left: &Value, right: &Value) -> Eval {
    if let Some(known) = past(operator, left, right).or_else(|| past(mirrored(operator), right, left)) {
        return Ok(Value::Bool(known));
    }
    if left.is_open() || right.is_open() {
        return Ok(Value::unknown(depends(left, right)));
    }
    if let Value::Bounded(bounds) = left {
        return bounded_compare(bounds, operator, right);
    }
    if let Value::Bounded(bounds) = right {
        return bounded_compare(bounds, mirrored(operator), left);
    }
    if let (Some(left), Some(right)) = (number(left), number(right))
        && (left.is_nan() || right.is_nan())
    {
        return Ok(Value::Bool(false));
    }
    let order = order(left, right).ok_or_else(|| unfit(operator, left, right))?;
    Ok(Value::Bool(holds(operator, order)))
}

/// The time of the request compared with a moment that has passed.
fn past(operator: Operator, now: &Value, moment: &Value) -> Option<bool> {
    match (now, moment) {
        (Value::Unknown(Unknown { symbol: Symbol::Now(earliest), .. }), Value::Time(moment))
            if *moment < i128::from(*earliest) * 1_000_000_000 =>
        {
            Some(matches!(operator, Operator::Greater | Operator::GreaterOrEqual))
        }
        _ => None,
    }
}

fn holds(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
}

fn mirrored(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        other => other,
    }
}

/// The order of two values of one comparable type.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        // By UTF-16 code units.
        (Value::Text(left), Value::Text(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        (Value::Bytes(left), Value::Bytes(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) | (Value::Duration(left), Value::Duration(right)) => {
            Some(left.cmp(right))
        }
        _ => number(left)?.partial_cmp(&number(right)?),
    }
}

/// A range decides a comparison if it lies on one side of the limit.
fn bounded_compare(bounds: &Bounds, operator: Operator, limit: &Value) -> Eval {
    let above = |strict: bool| {
        bounds.lower.as_ref().is_some_and(|(lower, included)| {
            order(lower, limit)
                .is_some_and(|order| order.is_gt() || (order.is_eq() && (!strict || !included)))
        })
    };
    let below = |strict: bool| {
        bounds.upper.as_ref().is_some_and(|(upper, included)| {
            order(upper, limit)
                .is_some_and(|order| order.is_lt() || (order.is_eq() && (!strict || !included)))
        })
    };
    let (yes, no) = match operator {
        Operator::Greater => (above(true), below(false)),
        Operator::GreaterOrEqual => (above(false), below(true)),
        Operator::Less => (below(true), above(false)),
        _ => (below(false), above(true)),
    };
    if yes || no { Ok(Value::Bool(yes)) } else { Err(equality::undecided()) }
}

pub(super) fn is(operand: &Value, kind: &str) -> Value {
    let Value::Unknown(unknown) = operand else {
        let number = kind == "number" && matches!(operand, Value::Int(_) | Value::Float(_));
        // The engine says no to every set.
        return Value::Bool(number || (operand.kind() == kind && kind != "set"));
    };
    match unknown.symbol {
        symbol if symbol.foreign().is_some() => Value::Bool(kind == "string"),
        Symbol::Now(_) => Value::Bool(kind == "timestamp"),
        Symbol::Document | Symbol::Fields if !unknown.may.error => Value::Bool(kind == "map"),
        _ => Value::truth(Outcomes::EITHER.with_error(unknown.may.error), unknown.on),
    }
}

/// A ternary whose condition is open: what both branches may come to.
pub(super) fn either(condition: Unknown, then: &Eval, otherwise: &Eval) -> Value {
    let ((yes, yes_on), (no, no_on)) = (outcomes(then), outcomes(otherwise));
    let truths = |result: &Eval| match result {
        Ok(Value::Bool(_) | Value::Unknown(Unknown { symbol: Symbol::Any, .. })) | Err(_) => true,
        Ok(_) => false,
    };
    let on = condition.on.and(yes_on).and(no_on);
    if !truths(then) || !truths(otherwise) {
        return Value::unknown(on);
    }
    let mut may = Outcomes { yes: false, no: false, error: condition.may.error };
    if condition.may.yes {
        may = may.union(yes);
    }
    if condition.may.no {
        may = may.union(no);
    }
    equality::truth(may, on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_time_back_has_a_negation() {
        assert_eq!(negate(&Value::Duration(i128::MIN)), Ok(Value::Duration(i128::MAX)));
    }

    #[test]
    fn large_collections_are_not_compared() {
        let set = || Value::Set((0..5_000).map(|index| Value::text(index.to_string())).collect());
        for operator in [Operator::Equal, Operator::NotEqual] {
            let answer = binary(operator, &set(), &set());
            assert_eq!(answer.map_err(|fault| fault.kind), Err(FaultKind::Unsupported));
        }
        let list = Value::List(vec![set(), set()]);
        assert!(binary(Operator::In, &set(), &list).is_err());
    }
}

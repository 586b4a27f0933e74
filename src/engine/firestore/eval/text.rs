//! Strings: UTF-16 code units, whole-match regular expressions, conversions.

use std::ops::Range;

use super::super::{
    fault::{Fault, FaultKind},
    value::Value,
};
use super::{Eval, operator};

/// Bytes that one regular expression is matched against: its own size multiplies them.
const MOST_SEARCHED: usize = 1 << 12;

pub(super) fn method(string: &str, name: &str, args: &[Value]) -> Option<Eval> {
    if matches!(name, "matches" | "split" | "replace") && string.len() > MOST_SEARCHED {
        return Some(Err(Fault::unsupported("a string this long")));
    }
    Some(match (name, args) {
        ("size", []) => Ok(Value::count(string.encode_utf16().count())),
        ("lower", []) => Ok(Value::Text(string.to_lowercase())),
        ("upper", []) => Ok(Value::Text(string.to_uppercase())),
        ("trim", []) => Ok(Value::text(string.trim())),
        ("toUtf8", []) => Ok(Value::Bytes(string.as_bytes().to_vec())),
        ("matches", [Value::Text(pattern)]) => {
            pattern_of(&format!("^(?:{pattern})$")).map(|regex| Value::Bool(regex.is_match(string)))
        }
        ("split", [Value::Text(pattern)]) => pattern_of(pattern).map(|regex| split(&regex, string)),
        ("replace", [Value::Text(pattern), Value::Text(with)]) => pattern_of(pattern).and_then(|regex| {
            // The replacement is bounded before it is built.
            let pieces = regex.find_iter(string).count();
            if pieces.saturating_mul(with.len()) > super::HEAVIEST {
                return Err(Fault::unsupported("a string this long"));
            }
            Ok(Value::Text(regex.replace_all(string, regex::NoExpand(with)).into_owned()))
        }),
        _ => return None,
    })
}

fn pattern_of(pattern: &str) -> Result<regex::Regex, Fault> {
    regex::RegexBuilder::new(pattern).size_limit(1 << 18).build().map_err(|err| match err {
        regex::Error::Syntax(_) => {
            Fault::new(FaultKind::Type, format!("Invalid regular expression pattern. Pattern: {pattern}."))
        }
        _ => Fault::unsupported("a regular expression this large"),
    })
}

/// Trailing empty parts are dropped.
fn split(regex: &regex::Regex, string: &str) -> Value {
    let mut parts: Vec<&str> = regex.split(string).collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    Value::List(parts.into_iter().map(Value::text).collect())
}

/// Code units `from..to`.
pub(super) fn slice(string: &str, from: i64, to: i64) -> Eval {
    let units: Vec<u16> = string.encode_utf16().collect();
    let range = range(from, to, units.len())?;
    Ok(Value::Text(String::from_utf16_lossy(units.get(range).unwrap_or_default())))
}

pub(super) fn range(from: i64, to: i64, size: usize) -> Result<Range<usize>, Fault> {
    let (start, end) = (usize::try_from(from), usize::try_from(to));
    match (start, end) {
        (Ok(start), Ok(end)) if start <= end && end <= size => Ok(start..end),
        (Ok(start), Ok(end)) if start > end && end <= size => {
            let message = format!("Illegal range error. From index: [{from}] , To index: [{to}].");
            Err(Fault::new(FaultKind::Range, message))
        }
        (Ok(start), _) if start < size => Err(Fault::index(to.saturating_sub(1), size)),
        _ => Err(Fault::index(from, size)),
    }
}

/// `int(x)`, `float(x)`, `string(x)`, `path(x)`.
pub(super) fn convert(name: &str, arg: &Value) -> Eval {
    let failed = || {
        let message = format!(
            "Type conversion error. Argument: [{}], From type: [{}], To type: [{name}].",
            shown(arg),
            arg.kind()
        );
        Fault::new(FaultKind::Type, message)
    };
    match (name, arg) {
        (_, Value::Unknown(unknown)) => Ok(Value::unknown(unknown.on)),
        ("int", Value::Text(text)) => text.parse().map(Value::Int).map_err(|_| failed()),
        ("int", Value::Float(float)) => Ok(Value::Int(*float as i64)),
        ("int", Value::Int(_)) | ("float", Value::Float(_)) | ("path", Value::Path(_)) => Ok(arg.clone()),
        ("float", Value::Text(text)) => text.parse().map(Value::Float).map_err(|_| failed()),
        ("float", _) => operator::number(arg).map(Value::Float).ok_or_else(failed),
        ("string", Value::List(_) | Value::Map(_) | Value::Set(_)) => Err(failed()),
        ("string", _) => Ok(Value::Text(shown(arg))),
        ("path", Value::Text(text)) => Ok(Value::Path(
            text.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect(),
        )),
        _ => Err(failed()),
    }
}

/// The value as text.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Float(float) => format!("{float:?}"),
        Value::Text(text) => text.clone(),
        Value::Path(segments) => format!("/{}", segments.join("/")),
        other => format!("<{}>", other.kind()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_meets_only_texts_that_people_write() {
        let matches = |string: &str| method(string, "matches", &[Value::text("(?:a?){500}b")]);
        assert_eq!(matches(&"a".repeat(400)), Some(Ok(Value::Bool(false))));
        let refused = matches(&"a".repeat(60_000)).and_then(Result::err).map(|fault| fault.kind);
        assert_eq!(refused, Some(FaultKind::Unsupported));
    }
}

//! Strings: UTF-16 code units, whole-match regular expressions, conversions.

use std::{cell::RefCell, collections::HashMap, ops::Range, rc::Rc};

use super::super::{
    fault::{Fault, FaultKind},
    value::Value,
};
use super::{Eval, operator, pattern};

/// Bytes that one regular expression is matched against: its own size multiplies them.
const MOST_SEARCHED: usize = 1 << 12;

pub(super) fn method(string: &str, name: &str, args: &[Value]) -> Option<Eval> {
    if matches!(name, "matches" | "split" | "replace") && string.len() > MOST_SEARCHED {
        return Some(Err(Fault::unsupported("a string this long")));
    }
    Some(match (name, args) {
        ("size", []) => Ok(Value::count(string.encode_utf16().count())),
        // Only ASCII letters have another case.
        ("lower", []) => Ok(Value::Text(string.to_ascii_lowercase())),
        ("upper", []) => Ok(Value::Text(string.to_ascii_uppercase())),
        ("trim", []) => Ok(Value::text(trimmed(string))),
        ("toUtf8", []) => Ok(Value::Bytes(string.as_bytes().to_vec())),
        ("matches", [Value::Text(pattern)]) => {
            pattern_of(pattern, true).map(|regex| Value::Bool(regex.is_match(string)))
        }
        ("split", [Value::Text(pattern)]) => pattern_of(pattern, false).map(|regex| split(&regex, string)),
        ("replace", [Value::Text(pattern), Value::Text(with)]) => {
            pattern_of(pattern, false).and_then(|regex| {
                // The replacement is bounded before it is built: a sign may stand for a whole match.
                let pieces = regex.find_iter(string).count();
                if pieces.saturating_mul(with.len()) > super::HEAVIEST
                    || string.len().saturating_mul(with.matches('$').count()) > super::HEAVIEST
                {
                    return Err(Fault::unsupported("a string this long"));
                }
                let filled = |found: &regex::Captures<'_>| filled(with, found);
                Ok(Value::Text(regex.replace_all(string, filled).into_owned()))
            })
        }
        _ => return None,
    })
}

/// Would the engine take it?
pub(in crate::engine::firestore) fn is_pattern(pattern: &str) -> bool {
    !matches!(pattern_of(pattern, true), Err(fault) if fault.kind == FaultKind::Type)
}

/// Patterns that are kept; a file has a handful.
const KEPT: usize = 32;
const LONGEST_KEPT: usize = 1 << 10;

type Known = HashMap<(String, bool), Rc<regex::Regex>>;

thread_local! {
    // A search evaluates one condition thousands of times, and to build an expression takes longer than
    // all the rest of it.
    static KNOWN: RefCell<Known> = RefCell::default();
}

fn pattern_of(pattern: &str, whole: bool) -> Result<Rc<regex::Regex>, Fault> {
    let key = (pattern.to_owned(), whole);
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&key).cloned()) {
        return Ok(known);
    }
    let built = Rc::new(built(pattern, whole)?);
    if pattern.len() <= LONGEST_KEPT {
        KNOWN.with_borrow_mut(|known| {
            if known.len() >= KEPT {
                known.clear();
            }
            known.insert(key, Rc::clone(&built));
        });
    }
    Ok(built)
}

fn built(pattern: &str, whole: bool) -> Result<regex::Regex, Fault> {
    let invalid =
        || Fault::new(FaultKind::Type, format!("Invalid regular expression pattern. Pattern: {pattern}."));
    let mut translated = pattern::translated(pattern).ok_or_else(invalid)?;
    if whole {
        translated = format!(r"\A(?:{translated})\z");
    }
    regex::RegexBuilder::new(&translated).size_limit(1 << 18).build().map_err(|err| match err {
        regex::Error::Syntax(_) => invalid(),
        _ => Fault::unsupported("a regular expression this large"),
    })
}

/// Without control characters and blanks around it, as Java trims.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter| letter <= ' ')
}

/// `$1` is what the group holds, a backslash lets the next letter stand for itself.
fn filled(with: &str, found: &regex::Captures<'_>) -> String {
    let (mut out, mut rest) = (String::new(), with.chars().peekable());
    while let Some(letter) = rest.next() {
        let digit = rest.peek().and_then(|next| next.to_digit(10));
        match (letter, digit) {
            ('\\', _) => out.extend(rest.next()),
            ('$', Some(_)) => {
                let mut group = 0_usize;
                while let Some(digit) = rest.peek().and_then(|next| next.to_digit(10)) {
                    let longer = group * 10 + digit as usize;
                    if longer >= found.len() && group > 0 {
                        break;
                    }
                    group = longer;
                    rest.next();
                }
                out.push_str(found.get(group).map_or("", |group| group.as_str()));
            }
            _ => out.push(letter),
        }
    }
    out
}

/// A decimal number as Java reads it; a number in another notation is not read at all.
fn float_of(text: &str) -> Option<Result<f64, Fault>> {
    let text = trimmed(text);
    let text = text.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.starts_with("0x") || unsigned.starts_with("0X") {
        return Some(Err(Fault::unsupported("a hexadecimal number")));
    }
    let is_decimal = unsigned.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    if !is_decimal && unsigned != "NaN" && unsigned != "Infinity" {
        return None;
    }
    text.parse().ok().map(Ok)
}

/// A float as Java writes it: with an exponent from ten million on, and below a thousandth.
fn shown_float(float: f64) -> String {
    let plain = float == 0.0 || !float.is_finite() || (1e-3..1e7).contains(&float.abs());
    if float.is_infinite() {
        return if float > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    if plain {
        return format!("{float:?}");
    }
    let shown = format!("{float:E}");
    match shown.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => shown,
    }
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
        // Digits of other scripts count, too.
        ("int" | "float", Value::Text(text))
            if text.chars().any(|letter| !letter.is_ascii() && letter.is_numeric()) =>
        {
            Err(Fault::unsupported("a number in other digits"))
        }
        ("int", Value::Text(text)) => text.parse().map(Value::Int).map_err(|_| failed()),
        ("int", Value::Float(float)) => Ok(Value::Int(*float as i64)),
        ("int", Value::Int(_)) | ("float", Value::Float(_)) | ("path", Value::Path(_)) => Ok(arg.clone()),
        ("float", Value::Text(text)) => float_of(text).ok_or_else(failed)?.map(Value::Float),
        ("float", _) => operator::number(arg).map(Value::Float).ok_or_else(failed),
        ("string", Value::List(_) | Value::Map(_) | Value::Set(_)) => Err(failed()),
        ("string", _) => Ok(Value::Text(shown(arg))),
        ("path", Value::Text(text)) if text.is_empty() || text.ends_with('/') || text.contains("//") => {
            Err(failed())
        }
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
        Value::Float(float) => shown_float(*float),
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

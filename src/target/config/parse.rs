//! From text to [`File`], with every mistake at once: the part that is wrong is taken out, said,
//! and the rest read on.

use std::ops::Range;

use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer, Error},
};

use super::{super::spelling::nearest, file::File};
use crate::target::diagnostic::{Problem, is_control, is_secret};

/// Reading on after a mistake costs a pass over the file, so it ends here.
const MISTAKES: usize = 25;

/// What could be read, what is wrong, and which places must not be shown.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) file: File,
    pub(super) problems: Vec<Problem>,
    pub(super) secret: Vec<Range<usize>>,
}

pub(super) fn parse(text: &str) -> Parsed {
    let (mut root, errors) = DeTable::parse_recoverable(text);
    let mut parsed = Parsed::default();
    if !errors.is_empty() {
        parsed.problems = errors.iter().take(MISTAKES).map(|err| syntax(err, text)).collect();
        return parsed;
    }
    hostile_text(&root, &mut parsed.problems);
    let mut taken: Vec<(Range<usize>, String)> = Vec::new();
    for _ in 0..MISTAKES {
        let err = match File::deserialize(Deserializer::from(root.clone())) {
            Ok(file) => {
                parsed.file = file;
                break;
            }
            Err(err) => err,
        };
        let Some(span) = err.span() else {
            parsed.problems.push(Problem::new(0..0, shown(err.message())));
            break;
        };
        let part = Part::at(root.get_ref(), &span);
        // What is missing because it was taken out a moment ago has been said already.
        let echo = err.message().starts_with("missing field")
            && taken.iter().any(|(of, name)| *of == span && err.message().contains(&format!("`{name}`")));
        if !echo {
            parsed.problems.push(explained(&err, &span, &part));
        }
        // Under an unknown key, or where no text belongs, may stand a credential.
        if is_unknown_key(&err) || part.is_text && err.message().starts_with("invalid type") {
            parsed.secret.push(part.value.clone());
        }
        match take_out(root.get_mut(), &span, 0..text.len()) {
            Some(out) => taken.push(out),
            None => break,
        }
    }
    parsed
}

fn syntax(err: &Error, text: &str) -> Problem {
    let span = err.span().unwrap_or(0..0);
    let problem = Problem::new(span.clone(), shown(err.message()));
    let rest = text.get(span.start..).unwrap_or_default();
    if err.message().contains("duplicate key") {
        problem.help("keep one of the two")
    } else if rest.starts_with(|letter: char| letter.is_alphabetic()) {
        problem.help("texts stand in quotes: name = \"value\"")
    } else {
        problem
    }
}

/// Says in the file's words what serde says in Rust's.
fn explained(err: &Error, span: &Range<usize>, part: &Part) -> Problem {
    let message = err.message();
    let mut names = message.split('`').skip(1).step_by(2);
    if is_unknown_key(err) {
        let key = names.next().unwrap_or_default();
        let known: Vec<&str> = names.collect();
        return suggest(Problem::new(span.clone(), format!("unknown key `{}`", shown(key))), key, &known);
    }
    if message.starts_with("unknown variant") {
        let value = names.next().unwrap_or_default();
        let known: Vec<&str> = names.filter(|name| *name != "unknown").collect();
        let shown = if is_secret(value) { String::new() } else { format!(" `{}`", shown(value)) };
        return suggest(Problem::new(span.clone(), format!("unknown value{shown}")), value, &known);
    }
    if message.starts_with("missing field") {
        let field = names.next().unwrap_or_default();
        return Problem::new(span.clone(), format!("`{field}` is missing")).label(format!("needs `{field}`"));
    }
    if let Some((_, expected)) = message.rsplit_once("expected ") {
        let expected = in_words(expected.trim_end_matches('.'));
        let found = part.found.map_or(String::new(), |found| format!(", found {}", in_words(found)));
        return Problem::new(span.clone(), format!("expected {expected}{found}"))
            .label(format!("not {expected}"));
    }
    Problem::new(span.clone(), shown(message))
}

fn suggest(problem: Problem, written: &str, known: &[&str]) -> Problem {
    match nearest(written, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => problem,
        None => problem.help(format!("known here: {}", known.join(", "))),
    }
}

fn is_unknown_key(err: &Error) -> bool {
    err.message().starts_with("unknown field")
}

fn in_words(kind: &str) -> &str {
    match kind {
        "integer" | "u8" | "u32" | "i64" => "a whole number",
        "string" | "a string" => "a text in quotes",
        "array" | "a sequence" => "a list",
        "table" | "a map" => "a table",
        "boolean" => "true or false",
        "float" => "a number with a fraction",
        "datetime" => "a date",
        other if other.starts_with("struct ") => "a table",
        other if other.starts_with("option") => "something else",
        other => other,
    }
}

/// Messages may quote the file: bounded, and no credential.
fn shown(text: &str) -> String {
    if is_secret(text) {
        return "something that looks like a credential and is not shown".to_owned();
    }
    let short: String = text.chars().take(120).collect();
    if short.len() < text.len() { short + "…" } else { short }
}

/// The entry an error points at.
struct Part {
    /// Of the value; for a key, of what is assigned to it.
    value: Range<usize>,
    found: Option<&'static str>,
    is_text: bool,
}

impl Part {
    fn at(root: &DeTable<'_>, span: &Range<usize>) -> Self {
        let found = find(root, span);
        let value = found.map_or(span.clone(), Spanned::span);
        let kind = found.map(|value| value.get_ref().type_str());
        let is_text = found.is_some_and(|value| value.get_ref().is_str());
        Self { value, found: kind, is_text }
    }
}

/// The value whose own span, or whose key's span, is this one.
fn find<'a, 'i>(table: &'a DeTable<'i>, span: &Range<usize>) -> Option<&'a Spanned<DeValue<'i>>> {
    table.iter().find_map(|(key, value)| {
        if key.span() == *span || value.span() == *span { Some(value) } else { find_in(value, span) }
    })
}

fn find_in<'a, 'i>(value: &'a Spanned<DeValue<'i>>, span: &Range<usize>) -> Option<&'a Spanned<DeValue<'i>>> {
    match value.get_ref() {
        DeValue::Table(table) => find(table, span),
        DeValue::Array(items) => {
            items.iter().find_map(|item| if item.span() == *span { Some(item) } else { find_in(item, span) })
        }
        _ => None,
    }
}

/// Removes the entry with this span; returns the table it was in and its name there.
fn take_out(
    table: &mut DeTable<'_>,
    span: &Range<usize>,
    of: Range<usize>,
) -> Option<(Range<usize>, String)> {
    let entry = table.iter().find(|(key, value)| key.span() == *span || value.span() == *span);
    if let Some(name) = entry.map(|(key, _)| key.get_ref().to_string()) {
        table.remove(name.as_str());
        return Some((of, name));
    }
    table.iter_mut().find_map(|(_, value)| take_out_of(value, span))
}

fn take_out_of(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<(Range<usize>, String)> {
    let of = value.span();
    match value.get_mut() {
        DeValue::Table(table) => take_out(table, span, of),
        DeValue::Array(items) => {
            let Some(index) = items.iter().position(|item| item.span() == *span) else {
                return items.iter_mut().find_map(|item| take_out_of(item, span));
            };
            let kept = items.iter().enumerate().filter(|(at, _)| *at != index);
            *items = kept.map(|(_, item)| item.clone()).collect();
            Some((of, String::new()))
        }
        _ => None,
    }
}

/// No key and no text has a reason to hold a character that a terminal obeys.
fn hostile_text(root: &Spanned<DeTable<'_>>, problems: &mut Vec<Problem>) {
    let mut tables: Vec<&DeTable<'_>> = vec![root.get_ref()];
    let mut values: Vec<&Spanned<DeValue<'_>>> = Vec::new();
    while problems.len() < MISTAKES {
        if let Some(value) = values.pop() {
            match value.get_ref() {
                DeValue::String(text) => problems.extend(control(text, value.span())),
                DeValue::Array(items) => values.extend(items.iter()),
                DeValue::Table(table) => tables.push(table),
                _ => {}
            }
        } else if let Some(table) = tables.pop() {
            for (key, value) in table {
                problems.extend(control(key.get_ref(), key.span()));
                values.push(value);
            }
        } else {
            break;
        }
    }
}

fn control(text: &str, span: Range<usize>) -> Option<Problem> {
    let letter = text.chars().find(|letter| is_control(*letter))?;
    Some(
        Problem::new(span, format!("contains the control character U+{:04X}", u32::from(letter)))
            .help("take it out; no name, path or URL holds one"),
    )
}

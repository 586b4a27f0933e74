//! Conditions and orders of a query, as client libraries write them.

use crate::{
    engine::source::{Id, Kind, Tree},
    seen::{By, Clause},
};

/// `where("a", "==", 1)`, `where("a", isEqualTo: 1)`, `orderBy("b", "desc")`,
/// `orderBy("b", descending: true)`; nothing where the field or the comparison is computed.
pub(super) fn of(tree: &Tree, name: &str, arguments: &[Id]) -> Option<Clause> {
    let field = tree.literal(*arguments.first()?)?.to_owned();
    let second = arguments.get(1).copied();
    let by = if name == "where" { comparison(tree, second?)? } else { order(tree, second)? };
    let is_plain = !field.is_empty() && field.len() < 80;
    is_plain.then_some(Clause { field, by })
}

fn comparison(tree: &Tree, id: Id) -> Option<By> {
    let word = match tree.kind(id) {
        Kind::Object(entries) => match entries.as_slice() {
            [entry] => entry.key.as_str(),
            _ => return None,
        },
        _ => tree.literal(id)?,
    };
    Some(match word {
        "==" | "in" | "isEqualTo" | "whereIn" | "isNull" => By::Equal,
        "array-contains" | "array-contains-any" | "array_contains" | "array_contains_any"
        | "arrayContains" | "arrayContainsAny" => By::Contains,
        "<"
        | "<="
        | ">"
        | ">="
        | "!="
        | "not-in"
        | "isLessThan"
        | "isLessThanOrEqualTo"
        | "isGreaterThan"
        | "isGreaterThanOrEqualTo"
        | "isNotEqualTo"
        | "whereNotIn" => By::Range,
        _ => return None,
    })
}

/// Ascending, unless it says so.
fn order(tree: &Tree, id: Option<Id>) -> Option<By> {
    let Some(id) = id else { return Some(By::Ascending) };
    match tree.kind(id) {
        Kind::Object(entries) => match entries.as_slice() {
            [entry] if entry.key == "descending" => match tree.source(entry.value) {
                "true" => Some(By::Descending),
                "false" => Some(By::Ascending),
                _ => None,
            },
            _ => None,
        },
        _ => match tree.literal(id)? {
            "desc" => Some(By::Descending),
            "asc" => Some(By::Ascending),
            _ => None,
        },
    }
}

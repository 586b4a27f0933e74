//! Rows of PostgreSQL's own catalogue, for loops that go over them.

use std::collections::BTreeMap;

use super::{
    catalogue::{Catalogue, Relation, RelationKind},
    expr::{Expr, Query},
};

/// A row by its columns' names.
pub(super) type Row = BTreeMap<String, String>;

/// The rows of `SELECT … FROM pg_tables|pg_policies|information_schema.tables WHERE …`; `None` for
/// any query or condition that is not understood.
pub(super) fn rows_of(query: &Query, catalogue: &Catalogue) -> Option<Vec<Row>> {
    let [source] = &query.tables[..] else { return None };
    if query.opaque {
        return None;
    }
    let own = |relation: &&Relation| !relation.platform;
    let tables = || catalogue.relations.values().filter(own);
    let all: Vec<Row> = match source.table.last()?.as_str() {
        "pg_tables" => {
            tables().filter(|relation| relation.kind == RelationKind::Table).map(table_row).collect()
        }
        "tables" if source.table.first()? == "information_schema" => tables().map(table_row).collect(),
        "pg_policies" => catalogue.relations.values().flat_map(policy_rows).collect(),
        _ => return None,
    };
    let mut kept = Vec::new();
    for row in all {
        if query.condition.as_ref().map_or(Some(true), |condition| holds(condition, &row))? {
            kept.push(row);
        }
    }
    Some(kept)
}

fn table_row(relation: &Relation) -> Row {
    let kind = if relation.kind == RelationKind::Table { "BASE TABLE" } else { "VIEW" };
    row(&[
        ("schemaname", &relation.name.schema),
        ("table_schema", &relation.name.schema),
        ("tablename", &relation.name.name),
        ("table_name", &relation.name.name),
        ("table_type", kind),
        ("rowsecurity", if relation.rls.enabled { "true" } else { "false" }),
    ])
}

fn policy_rows(relation: &Relation) -> Vec<Row> {
    let policies = relation.policies.iter();
    policies
        .map(|policy| {
            row(&[
                ("schemaname", &relation.name.schema),
                ("tablename", &relation.name.name),
                ("policyname", &policy.name),
            ])
        })
        .collect()
}

fn row(pairs: &[(&str, &str)]) -> Row {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn holds(condition: &Expr, row: &Row) -> Option<bool> {
    match condition {
        Expr::And(items) => all(items.iter().map(|item| holds(item, row)), true),
        Expr::Or(items) => all(items.iter().map(|item| holds(item, row)), false),
        Expr::Not(item) => holds(item, row).map(|held| !held),
        Expr::Bool(value) => Some(*value),
        Expr::Name(_) => Some(value(condition, row)? == "true"),
        Expr::Binary { op, left, right } => {
            let (left, right) = (value(left, row)?, value(right, row)?);
            match op.as_str() {
                "=" => Some(left == right),
                "<>" => Some(left != right),
                "like" => like(&left, &right),
                "not like" => like(&left, &right).map(|held| !held),
                _ => None,
            }
        }
        Expr::Any { op, left, right } if op == "=" => {
            let Expr::List(items) = &**right else { return None };
            let left = value(left, row)?;
            Some(items.iter().map(|item| value(item, row)).collect::<Option<Vec<_>>>()?.contains(&left))
        }
        _ => None,
    }
}

/// AND (`unit` true) or OR (`unit` false) over parts that must all be understood.
fn all(parts: impl Iterator<Item = Option<bool>>, unit: bool) -> Option<bool> {
    let parts: Vec<bool> = parts.collect::<Option<_>>()?;
    Some(if unit { parts.iter().all(|held| *held) } else { parts.iter().any(|held| *held) })
}

fn value(expr: &Expr, row: &Row) -> Option<String> {
    match expr {
        Expr::Literal(text) => Some(text.clone()),
        Expr::Bool(value) => Some(value.to_string()),
        Expr::Name(parts) => row.get(parts.last()?).cloned(),
        _ => None,
    }
}

/// Patterns with `%` at their ends only.
fn like(text: &str, pattern: &str) -> Option<bool> {
    let inner = pattern.trim_matches('%').replace("\\_", "\u{1}");
    if inner.contains(['%', '_', '\\']) {
        return None;
    }
    let inner = inner.replace('\u{1}', "_");
    Some(match (pattern.starts_with('%'), pattern.ends_with('%')) {
        (true, true) => text.contains(&inner),
        (true, false) => text.ends_with(&inner),
        (false, true) => text.starts_with(&inner),
        (false, false) => text == inner,
    })
}

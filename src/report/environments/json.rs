//! The table for programs.

use serde_json::{Value as Json, json};

use super::{Cell, Row, Table, table};
use crate::{decide::Assessment, report::json::pretty, seen::Stage};

/// `{schema, environments[], facts[] {name, checks[] {id, severity}, values {ENVIRONMENT: [{value, variable, path,
/// line, places, checks[]}]}}, unread[] {path, why}}`.
pub(in crate::report) fn json(assessment: &Assessment) -> String {
    let table = table(assessment).unwrap_or(Table { stages: Vec::new(), rows: Vec::new() });
    let missed = assessment.environments.iter().flat_map(|environments| &environments.missed);
    let unread: Vec<Json> =
        missed.map(|unread| json!({ "path": unread.path, "why": unread.why.to_string() })).collect();
    pretty(&json!({
        "schema": 1,
        "environments": table.stages.iter().map(|stage| stage.words()).collect::<Vec<_>>(),
        "facts": table.rows.iter().map(|row| fact(row, &table.stages)).collect::<Vec<_>>(),
        "unread": unread,
    }))
}

fn fact(row: &Row, stages: &[Stage]) -> Json {
    let checks: Vec<Json> =
        row.marks.iter().map(|(id, severity)| json!({ "id": id, "severity": severity.id() })).collect();
    let values: serde_json::Map<String, Json> = stages
        .iter()
        .zip(&row.cells)
        .filter(|(_, cells)| !cells.is_empty())
        .map(|(stage, cells)| (stage.words().to_owned(), cells.iter().map(|cell| value(row, cell)).collect()))
        .collect();
    json!({ "name": row.title, "checks": checks, "values": values })
}

fn value(row: &Row, cell: &Cell) -> Json {
    json!({
        "value": cell.value,
        "variable": if row.is_topic { &cell.name } else { &row.title },
        "path": cell.path,
        "line": cell.line,
        "places": cell.more + 1,
        "checks": cell.marks,
    })
}

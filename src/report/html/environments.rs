//! The table of environments × facts.

use std::fmt::Write as _;

use super::super::{
    environments::{Cell, Row, Table, summary, table, unread},
    neutral,
};
use crate::decide::Assessment;

/// Values of one environment that are written out.
const VALUES: usize = 12;

/// Part of an audit's report: what is contradicted first, and the rest on demand.
pub(super) fn part(out: &mut String, assessment: &Assessment) {
    let Some(table) = table(assessment) else { return };
    let _ = writeln!(out, "<section>\n<h2>Environments</h2>\n<p>{}.</p>", summary(&table));
    let (contradicted, rest): (Vec<&Row>, Vec<&Row>) =
        table.rows.iter().partition(|row| row.is_contradicted());
    if !contradicted.is_empty() {
        rows(out, &table, &contradicted);
    }
    if !rest.is_empty() {
        let _ = writeln!(
            out,
            "<details class=\"list\">\n<summary>{} <span>{}</span></summary>",
            if contradicted.is_empty() { "All facts" } else { "The other facts" },
            rest.len()
        );
        rows(out, &table, &rest);
        out.push_str("</details>\n");
    }
    note(out, assessment);
    out.push_str("</section>\n");
}

/// The whole table under its own heading.
pub(super) fn whole(out: &mut String, assessment: &Assessment, title: &str) {
    let _ = writeln!(out, "<section>\n<h1>{}</h1>", neutral::page(title));
    match table(assessment) {
        Some(table) => {
            let _ = writeln!(out, "<p>{}.</p>", summary(&table));
            rows(out, &table, &table.rows.iter().collect::<Vec<_>>());
        }
        None => out.push_str("<p>No file of the repository configures an environment.</p>\n"),
    }
    note(out, assessment);
    out.push_str("</section>\n");
}

fn note(out: &mut String, assessment: &Assessment) {
    if let Some(unread) = assessment.environments.as_ref().and_then(unread) {
        let _ = writeln!(out, "<p>{unread}.</p>");
    }
}

fn rows(out: &mut String, table: &Table, rows: &[&Row]) {
    out.push_str("<div class=\"wide\"><table class=\"environments\">\n<thead><tr><th>Fact");
    for stage in &table.stages {
        let _ = write!(out, "<th>{}", stage.words());
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        let _ = write!(out, "<tr><th scope=\"row\">{}", neutral::page(&row.title));
        for (check, severity) in &row.marks {
            let _ = write!(out, " <span class=\"chip {severity}\">{check}</span>");
        }
        for cells in &row.cells {
            out.push_str("<td>");
            cells.iter().take(VALUES).for_each(|cell| value(out, row, cell));
            if cells.len() > VALUES {
                let _ = write!(out, "<small>and {} more</small>", cells.len() - VALUES);
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

fn value(out: &mut String, row: &Row, cell: &Cell) {
    let severity =
        row.marks.iter().filter(|(check, _)| cell.marks.contains(check)).map(|(_, severity)| severity).max();
    let class = severity.map(|severity| format!(" class=\"said {severity}\"")).unwrap_or_default();
    let name =
        if cell.name.is_empty() { String::new() } else { format!("{} in ", neutral::page(&cell.name)) };
    let _ = write!(
        out,
        "<div{class}>{}<small>{name}{}</small></div>",
        neutral::page(&cell.value),
        neutral::page(&cell.place())
    );
}

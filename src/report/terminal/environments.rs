//! The table of environments × facts at a terminal.

use super::{
    super::{
        environments::{Row, Table, summary, table, unread},
        neutral, words,
    },
    page::{self, Ink, Page, clipped},
};
use crate::decide::Assessment;

/// The widest first column, and the narrowest of the others before rows are set as lists.
const TITLE: usize = 26;
const COLUMN: usize = 17;
/// Values of one environment that are told; the others are counted.
const VALUES: usize = 3;
/// Rows of the audit's own table.
const ROWS: usize = 12;

/// Part of an audit's report: what is contradicted, or everything.
pub(super) fn part(page: &mut Page, assessment: &Assessment, all: bool) {
    let Some(table) = table(assessment) else { return };
    let told: Vec<&Row> = table.rows.iter().filter(|row| all || row.is_contradicted()).collect();
    if told.is_empty() {
        return;
    }
    page.heading(&format!("Environments: {}", summary(&table)));
    let most = if all { told.len() } else { ROWS };
    rows(page, &table, told.get(..most).unwrap_or(&told));
    let left = table.rows.len().saturating_sub(most.min(told.len()));
    if left > 0 {
        page.line(&[(
            Ink::Faint,
            &format!("  and {}; gonogo env shows all", words::count(left, "more row")),
        )]);
    }
}

/// The whole table.
pub(super) fn whole(page: &mut Page, assessment: &Assessment) {
    let Some(environments) = &assessment.environments else {
        return page.line(&[(Ink::Plain, "no repository to look at")]);
    };
    match table(assessment) {
        Some(table) => {
            page.line(&[(Ink::Strong, &summary(&table))]);
            page.gap();
            rows(page, &table, &table.rows.iter().collect::<Vec<_>>());
        }
        None => page.line(&[(Ink::Plain, "no file of the repository configures an environment")]),
    }
    if let Some(unread) = unread(environments) {
        page.line(&[(Ink::Hold, &unread)]);
    }
}

fn rows(page: &mut Page, table: &Table, rows: &[&Row]) {
    let widest = rows.iter().map(|row| row.title.chars().count()).max().unwrap_or(0);
    let title = widest.clamp(8, TITLE) + 2;
    let column = page.width().saturating_sub(title + 2) / table.stages.len().max(1);
    if column < COLUMN {
        for row in rows {
            list(page, table, row);
        }
        return;
    }
    let heads = table.stages.iter().map(|stage| padded(stage.words(), column)).collect::<String>();
    page.line(&[(Ink::Faint, &format!("  {}{heads}", padded("", title)))]);
    for row in rows {
        grid(page, row, title, column);
    }
}

/// One row with a column for each environment: the value, and its place below it.
fn grid(page: &mut Page, row: &Row, title: usize, column: usize) {
    let depth = row.cells.iter().map(|cells| cells.len().min(VALUES)).max().unwrap_or(0);
    for level in 0..depth {
        let mark = if level == 0 && row.is_contradicted() { "! " } else { "  " };
        let head = if level == 0 { padded(&row.title, title) } else { padded("", title) };
        let mut pieces = vec![(ink(row), mark.to_owned()), (Ink::Plain, head)];
        let mut places = vec![(Ink::Faint, padded("", title + 2))];
        for cells in &row.cells {
            let cell = cells.get(level);
            let ink = cell.filter(|cell| !cell.marks.is_empty()).map_or(Ink::Plain, |_| self::ink(row));
            pieces.push((ink, padded(&cell.map(|cell| cell.value.clone()).unwrap_or_default(), column)));
            let hidden = cells.len().saturating_sub(VALUES);
            let more =
                if level + 1 == VALUES && hidden > 0 { format!(" ({hidden} more)") } else { String::new() };
            let place = cell.map(|cell| ending(&cell.place(), column.saturating_sub(1 + more.len())) + &more);
            places.push((Ink::Faint, padded(&place.unwrap_or_default(), column)));
        }
        for line in [pieces, places] {
            let line: Vec<(Ink, &str)> = line.iter().map(|(ink, text)| (*ink, text.as_str())).collect();
            page.line(&line);
        }
    }
    checks(page, row);
}

/// One row as a list, where columns would be too narrow.
fn list(page: &mut Page, table: &Table, row: &Row) {
    let mark = if row.is_contradicted() { "! " } else { "  " };
    page.line(&[(ink(row), mark), (Ink::Strong, &row.title)]);
    for (stage, cells) in table.stages.iter().zip(&row.cells) {
        for (number, cell) in cells.iter().take(VALUES).enumerate() {
            let stage = if number == 0 { stage.words() } else { "" };
            let ink = if cell.marks.is_empty() { Ink::Plain } else { self::ink(row) };
            let stage = format!("    {stage:<12}");
            let value = neutral::terminal(&cell.value);
            let place = ending(&cell.place(), page.width().saturating_sub(stage.len()));
            let both = stage.len() + value.chars().count() + 2 + place.chars().count();
            if both <= page.width() {
                page.line(&[(Ink::Faint, &stage), (ink, &value), (Ink::Faint, &format!("  {place}"))]);
            } else {
                page.line(&[(Ink::Faint, &stage), (ink, &value)]);
                page.line(&[(Ink::Faint, &format!("{:16}{place}", ""))]);
            }
        }
        let hidden = cells.len().saturating_sub(VALUES);
        if hidden > 0 {
            page.line(&[(Ink::Faint, &format!("    {:<12}{}", "", words::count(hidden, "more value")))]);
        }
    }
    checks(page, row);
}

fn checks(page: &mut Page, row: &Row) {
    if row.is_contradicted() {
        let ids = row.marks.keys().copied().collect::<Vec<_>>().join(", ");
        page.wrapped(&[(Ink::Faint, "    by ")], ink(row), &ids);
    }
}

fn ink(row: &Row) -> Ink {
    row.marks.values().max().map_or(Ink::Plain, |severity| page::severity(*severity))
}

/// Cut and filled to the width of a column, with a blank after it.
fn padded(text: &str, width: usize) -> String {
    let text = clipped(&neutral::terminal(text), width.saturating_sub(1));
    format!("{text:<width$}")
}

/// The end of a path says more than its beginning.
fn ending(place: &str, width: usize) -> String {
    let place = neutral::terminal(place);
    let long = place.chars().count();
    if long <= width {
        return place;
    }
    let kept: String = place.chars().skip(long - width.saturating_sub(1)).collect();
    format!("…{kept}")
}

//! The hand-over checklist: the questions that no instrument answers, in every report and by itself.

use std::fmt::Write as _;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Style, neutral, terminal, words};
use crate::{
    decide::Assessment,
    engine::checklist::{Row, State, block},
    target::Target,
};

/// The check that judges it.
const CHECK: &str = "ops/checklist-open";

/// The questions that this audit judged; none where the checklist does not concern it.
pub(super) fn of(assessment: &Assessment) -> Vec<Row> {
    let judged = |item: &str| {
        let is = |id: &str, subject: &str| id == CHECK && subject == item;
        assessment.passed.iter().any(|one| is(one.check.id, &one.subject))
            || assessment.inconclusive.iter().any(|one| is(one.check.id, &one.subject))
            || assessment.findings.iter().any(|one| is(one.check.id, &one.subject))
            || assessment.waived.iter().any(|one| is(one.judged.check.id, &one.judged.subject))
    };
    let mut rows = assessment.target.checklist_rows(day(assessment.seen_at));
    rows.retain(|row| judged(&row.item));
    rows
}

pub(super) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// `3 answered, 1 stale, 12 open`.
pub(super) fn counts(rows: &[Row]) -> String {
    let of = |id: &str| rows.iter().filter(|row| row.state.id() == id).count();
    let stale = match of("stale") {
        0 => String::new(),
        stale => format!("{stale} stale, "),
    };
    format!("{} answered, {stale}{} open", of("answered"), of("open"))
}

/// The answer with its day, or nothing where it is open.
pub(super) fn answer(row: &Row) -> Option<(&str, Date)> {
    match &row.state {
        State::Answered { answer, date } | State::Stale { answer, date, .. } => Some((answer, *date)),
        State::Open => None,
    }
}

/// A row for programs.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "ChecklistRow")]
pub(super) struct RowV1 {
    /// Stable id, or the question itself where it is the project's own.
    item: String,
    question: String,
    owner: Option<String>,
    /// `answered`, `stale` or `open`.
    state: &'static str,
    answer: Option<String>,
    /// The day of the answer, e.g. `2026-11-01`.
    date: Option<String>,
}

impl From<&Row> for RowV1 {
    fn from(row: &Row) -> Self {
        let said = answer(row);
        Self {
            item: row.item.clone(),
            question: row.ask.clone(),
            owner: row.owner.clone(),
            state: row.state.id(),
            answer: said.map(|(answer, _)| answer.to_owned()),
            date: said.map(|(_, date)| date.to_string()),
        }
    }
}

/// A table; empty without rows.
pub(super) fn markdown(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut out = format!("\n### Hand-over checklist: {}\n\n", counts(rows));
    out.push_str("What nobody can see from outside or in the repository, as people answered it.\n\n");
    out.push_str("| Item | Question | Owner | Answer | Date |\n|---|---|---|---|---|\n");
    for row in rows {
        let cell = |text: &str| neutral::markdown(text).replace('|', "\\|");
        let said = answer(row);
        let stale = if row.state.id() == "stale" { " (stale)" } else { "" };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {}{stale} |",
            cell(&row.item),
            cell(&row.ask),
            cell(row.owner.as_deref().unwrap_or_default()),
            said.map_or_else(|| "**open**".to_owned(), |(answer, _)| cell(answer)),
            said.map(|(_, date)| date.to_string()).unwrap_or_default()
        );
    }
    out
}

/// The section of the HTML report; nothing without rows.
pub(super) fn html(out: &mut String, assessment: &Assessment) {
    let rows = of(assessment);
    if rows.is_empty() {
        return;
    }
    let text = neutral::page;
    let _ = writeln!(
        out,
        "<section>\n<h2>Hand-over checklist: {}</h2>\n<p>What nobody can see from outside or in the repository, as \
         people answered it.</p>\n<table>\n<thead><tr><th>Question<th>Owner<th>Answer<th>Date</tr></thead>\n<tbody>",
        counts(&rows)
    );
    for row in &rows {
        let said = answer(row);
        let (id, chip) = match row.state {
            State::Answered { .. } => ("answered", "go"),
            State::Stale { .. } => ("stale", "hold"),
            State::Open => ("open", "hold"),
        };
        let own = if row.ask == row.item {
            String::new()
        } else {
            format!("<small><code>{}</code></small>", text(&row.item))
        };
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}{own}<td>{}<td><span class=\"chip {chip}\">{id}</span> {}<td>{}</tr>",
            text(&row.ask),
            text(row.owner.as_deref().unwrap_or("–")),
            text(said.map(|(answer, _)| answer).unwrap_or_default()),
            said.map(|(_, date)| date.to_string()).unwrap_or_default()
        );
    }
    out.push_str("</tbody>\n</table>\n</section>\n");
}

/// The checklist by itself, in one of the formats that people and programs read.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum ListFormat {
    /// For people at a terminal
    Terminal,
    /// A table and the block to paste
    Markdown,
    /// For programs
    Json,
}

/// Every question of a target with its answer, and the block to paste into `gonogo.toml` for those
/// that are not in it yet.
pub fn render(target: &Target, now: Timestamp, format: ListFormat, style: Style) -> String {
    let rows = target.checklist_rows(day(now));
    let paste = block(&rows, day(now));
    match format {
        ListFormat::Terminal => terminal::checklist(&rows, &paste, style),
        ListFormat::Markdown => {
            let lines: Vec<String> = paste.lines().map(str::to_owned).collect();
            let paste = if lines.is_empty() {
                String::new()
            } else {
                format!("\nTo paste into `gonogo.toml`:\n\n{}", neutral::markdown_block("toml", &lines))
            };
            format!("{}{paste}", markdown(&rows).trim_start())
        }
        ListFormat::Json => super::json::pretty(&serde_json::json!({
            "schema": 1,
            "project": target.name,
            "checklist": rows.iter().map(RowV1::from).collect::<Vec<_>>(),
            "paste": paste,
        })),
    }
}

/// `12 questions`, for a heading.
pub(super) fn questions(rows: &[Row]) -> String {
    words::count(rows.len(), "question")
}

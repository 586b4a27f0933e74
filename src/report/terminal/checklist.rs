//! The hand-over checklist: how much is answered, and what is open.

use super::{
    super::{Style, checklist},
    page::{Ink, Page},
};
use crate::{
    decide::Assessment,
    engine::checklist::{Row, State},
};

/// Compact: what is answered is counted; what is open or stale has a line once somebody has begun to
/// answer, or where `all` is asked for.
pub(super) fn compact(page: &mut Page, assessment: &Assessment, all: bool) {
    let rows = checklist::of(assessment);
    if rows.is_empty() {
        return;
    }
    page.heading(&format!("Hand-over checklist: {}", checklist::counts(&rows)));
    if all || rows.iter().any(|row| row.state != State::Open) {
        for row in rows.iter().filter(|row| !matches!(row.state, State::Answered { .. })) {
            line(page, row);
        }
    }
    if rows.iter().any(|row| row.state == State::Open) {
        page.labelled(
            "next",
            Ink::Plain,
            "`gonogo checklist` prints the questions; answer them in gonogo.toml",
        );
    }
}

/// One question, cut at the width.
fn line(page: &mut Page, row: &Row) {
    let (ink, state) = match row.state {
        State::Stale { .. } => (Ink::Hold, "stale "),
        _ => (Ink::Faint, "open  "),
    };
    let owner = row.owner.as_ref().map(|owner| format!("({owner}) ")).unwrap_or_default();
    page.line(&[(ink, &format!("  {state}")), (Ink::Note, &owner), (Ink::Plain, &row.ask)]);
}

/// The list by itself, whole.
pub(crate) fn whole(rows: &[Row], paste: &str, style: Style) -> String {
    let mut page = Page::new(style);
    page.heading(&format!("{}: {}", checklist::questions(rows), checklist::counts(rows)));
    for row in rows {
        page.gap();
        let (ink, state) = match row.state {
            State::Answered { .. } => (Ink::Go, "answered  "),
            State::Stale { .. } => (Ink::Hold, "stale     "),
            State::Open => (Ink::Faint, "open      "),
        };
        page.wrapped(&[(ink, state)], Ink::Plain, &row.ask);
        if row.ask != row.item {
            page.labelled("item", Ink::Faint, &row.item);
        }
        if let Some(owner) = &row.owner {
            page.labelled("owner", Ink::Plain, owner);
        }
        if let Some((answer, date)) = checklist::answer(row) {
            page.labelled("answer", Ink::Plain, answer);
            page.labelled("date", Ink::Plain, &date.to_string());
        }
    }
    if !paste.is_empty() {
        page.heading("To paste into gonogo.toml");
        page.gap();
        let lines: Vec<String> = paste.lines().map(str::to_owned).collect();
        page.copied(&lines);
    }
    page.finish()
}

//! `gonogo rules diff`.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use super::{failure::Failure, rules::analysed, rules_diff_realtime, rules_realtime::is_realtime, stdout};
use crate::{
    engine::firestore::{
        Analysis,
        access::shown,
        ast::Segment,
        prove::{Answer, Caller, Cell, Row, answer_at, matrix},
        request::Method,
        storage,
    },
    target::diagnostic::printable,
};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Exit codes:
  0  nothing is opened
  1  something is opened, or may be

Example:
  gonogo rules diff deployed.rules firestore.rules")]
pub(super) struct Arguments {
    /// The rules as they are
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The rules as they are to be
    #[arg(value_name = "NEW")]
    new: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let changes = changes(arguments)?;
    let opens = changes.iter().any(|change| change.way != Way::Closes);
    let mut text = String::new();
    for change in &changes {
        let word = match change.way {
            Way::Opens => "opens ",
            Way::Closes => "closes",
            Way::Changes => "changes",
        };
        let _ = writeln!(text, "{word} {}", printable(&change.text));
    }
    if changes.is_empty() {
        text.push_str("nothing is opened or closed\n");
    }
    stdout::print(&text)?;
    Ok(if opens { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Way {
    Opens,
    /// Another condition: it may open something.
    Changes,
    Closes,
}

#[derive(Debug)]
pub(super) struct Change {
    pub(super) way: Way,
    pub(super) text: String,
}

fn changes(arguments: &Arguments) -> anyhow::Result<Vec<Change>> {
    let Arguments { old, new } = arguments;
    let mut changes = match (is_realtime(old), is_realtime(new)) {
        (true, true) => rules_diff_realtime::changes(old, new)?,
        (false, false) => {
            let ((before, old), (after, new)) = (analysed(old)?, analysed(new)?);
            if before == after { Vec::new() } else { of_language(&old, &new) }
        }
        _ => {
            let failure = Failure::new("one file is of a Realtime Database and the other is not");
            return Err(failure.help("give two files for the same product").into());
        }
    };
    changes.sort_by_key(|change| change.way);
    Ok(changes)
}

/// Documents, and files.
fn of_language(old: &Analysis, new: &Analysis) -> Vec<Change> {
    let documents = |analysis: &Analysis| Side {
        rows: matrix(analysis),
        at: |analysis, pattern| {
            let cell = |caller, method| Cell {
                caller,
                method,
                answer: answer_at(analysis, pattern, caller, method),
            };
            let cells =
                Caller::ALL.into_iter().flat_map(|caller| Method::ALL.map(|method| cell(caller, method)));
            Row { pattern: pattern.to_vec(), cells: cells.collect() }
        },
    };
    let files = |analysis: &Analysis| Side {
        rows: storage::matrix(analysis, 0).into_iter().map(|row| row.plain).collect(),
        at: |analysis, pattern| storage::row_at(analysis, pattern, 0).plain,
    };
    let mut changes = compared((old, &documents(old)), (new, &documents(new)));
    changes.extend(compared((old, &files(old)), (new, &files(new))));
    changes
}

/// The paths of one product in one file, and the answer for any other.
struct Side {
    rows: Vec<Row>,
    at: fn(&Analysis, &[Segment]) -> Row,
}

fn compared((old, before): (&Analysis, &Side), (new, after): (&Analysis, &Side)) -> Vec<Change> {
    let known = |rows: &[Row], row: &Row| rows.iter().any(|other| other.pattern == row.pattern);
    let mut rows: Vec<&Row> = after.rows.iter().collect();
    rows.extend(before.rows.iter().filter(|row| !known(&after.rows, row)));
    let mut changes = Vec::new();
    for row in rows {
        // A path without a block of its own may be covered by another.
        let of = |side: &Side, analysis: &Analysis| {
            let own = side.rows.iter().find(|other| other.pattern == row.pattern).cloned();
            own.unwrap_or_else(|| (side.at)(analysis, &row.pattern))
        };
        let (was, is) = (of(before, old), of(after, new));
        for (was, is) in was.cells.iter().zip(&is.cells) {
            let Some(way) = way(&was.answer, &is.answer) else { continue };
            let text = format!(
                "{} {} for {}: {} -> {}",
                is.method.name(),
                shown(&row.pattern),
                is.caller.id(),
                said(&was.answer),
                said(&is.answer)
            );
            changes.push(Change { way, text });
        }
    }
    changes
}

fn way(was: &Answer, is: &Answer) -> Option<Way> {
    use Answer::{Always, Conditional, Never, Unknown};
    match (was, is) {
        (Always, Always) | (Never, Never) => None,
        (Conditional { condition: a, at_will: x, .. }, Conditional { condition: b, at_will: y, .. }) => {
            match (x, y) {
                (false, true) => Some(Way::Opens),
                (true, false) => Some(Way::Closes),
                // What is cut off may differ.
                _ => (a != b || a.contains('…')).then_some(Way::Changes),
            }
        }
        (_, Always) | (Never, Conditional { .. }) => Some(Way::Opens),
        (Always, _) | (_, Never) => Some(Way::Closes),
        (_, Unknown(_)) | (Unknown(_), _) => Some(Way::Changes),
    }
}

fn said(answer: &Answer) -> String {
    match answer {
        Answer::Conditional { condition, .. } => format!("if {condition}"),
        other => other.word().to_owned(),
    }
}

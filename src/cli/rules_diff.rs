//! `gonogo rules diff`.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use super::{rules::analysed, stdout};
use crate::{
    engine::firestore::{
        Analysis,
        access::shown,
        prove::{Answer, Caller, Row, answer_at, matrix},
        request::Method,
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
    let (before, old) = analysed(&arguments.old)?;
    let (after, new) = analysed(&arguments.new)?;
    let changes = if before == after { Vec::new() } else { changes(&old, &new) };
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
enum Way {
    Opens,
    /// Another condition: it may open something.
    Changes,
    Closes,
}

#[derive(Debug)]
struct Change {
    way: Way,
    text: String,
}

fn changes(old: &Analysis, new: &Analysis) -> Vec<Change> {
    let (before, after) = (matrix(old), matrix(new));
    let mut patterns: Vec<&Row> = after.iter().collect();
    patterns.extend(before.iter().filter(|row| !after.iter().any(|other| other.pattern == row.pattern)));
    let mut changes = Vec::new();
    for row in patterns {
        for caller in Caller::ALL {
            for method in Method::ALL {
                // A path without a block of its own may be covered by another.
                let of = |rows: &[Row], analysis: &Analysis| {
                    let own = rows.iter().find(|other| other.pattern == row.pattern);
                    own.and_then(|own| own.answer(caller, method).cloned())
                        .unwrap_or_else(|| answer_at(analysis, &row.pattern, caller, method))
                };
                let (was, is) = (of(&before, old), of(&after, new));
                let Some(way) = way(&was, &is) else { continue };
                let text = format!(
                    "{} {} for {}: {} -> {}",
                    method.name(),
                    shown(&row.pattern),
                    caller.id(),
                    said(&was),
                    said(&is)
                );
                changes.push(Change { way, text });
            }
        }
    }
    changes.sort_by_key(|change| change.way);
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

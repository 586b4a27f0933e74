//! `gonogo rules matrix`.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use serde_json::{Value as Json, json};

use super::{failure::Failure, page::heading, rules::analysed, rules_realtime, rules_storage, stdout};
use crate::{
    engine::firestore::{
        access::shown,
        prove::{Answer, Caller, Row, matrix_at, plain},
        request::Method,
        storage,
        value::Value,
    },
    target::diagnostic::printable,
};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gonogo rules matrix firestore.rules
  gonogo rules matrix firestore.rules --format json
  gonogo rules matrix firestore.rules --format html > access.html")]
pub(super) struct Arguments {
    /// The rules file
    #[arg(value_name = "RULES")]
    rules: PathBuf,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// A table for people
    Text,
    /// With conditions and witnesses, for programs
    Json,
    /// A heat map for a browser, in one file
    Html,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if rules_realtime::is_realtime(&arguments.rules) {
        return realtime(arguments);
    }
    let (_, analysis) = analysed(&arguments.rules)?;
    let now = jiff::Timestamp::now().as_nanosecond();
    let mut rows = matrix_at(&analysis, now);
    let documents = rows.len();
    let files = storage::matrix(&analysis, now);
    rows.extend(files.iter().map(|row| row.plain.clone()));
    let text = match arguments.format {
        Format::Text => table(&rows, stdout::has_color()),
        Format::Html => {
            let name = arguments.rules.file_name().unwrap_or(arguments.rules.as_os_str());
            super::rules_heat::page(&name.to_string_lossy(), &rows)
        }
        Format::Json => {
            let mut paths = json_rows(&rows[..documents]);
            paths.extend(rules_storage::json_rows(&files));
            serde_json::to_string_pretty(&json!({ "schema": 1, "paths": paths }))? + "\n"
        }
    };
    stdout::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn realtime(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (_, rules) = rules_realtime::compiled(&arguments.rules)?;
    let text = match arguments.format {
        Format::Text => rules_realtime::table(&rules, stdout::has_color()),
        Format::Json => serde_json::to_string_pretty(&rules_realtime::json_of(&rules))? + "\n",
        Format::Html => {
            let failure = Failure::new("there is no heat map of a Realtime Database");
            return Err(failure.help("use --format text or json").into());
        }
    };
    stdout::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn table(rows: &[Row], color: bool) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&heading(&printable(&shown(&row.pattern)), color));
        let _ = write!(text, "  {:18}", "");
        for method in Method::ALL {
            let _ = write!(text, " {:8}", method.name());
        }
        text.push('\n');
        let mut notes: Vec<(String, String)> = Vec::new();
        for caller in Caller::ALL {
            let _ = write!(text, "  {:18}", caller.id());
            for method in Method::ALL {
                let answer = row.answer(caller, method);
                let _ = write!(text, " {:8}", answer.map_or("", mark));
                if let Some(note) = answer.and_then(note) {
                    let what = format!("{} {}", caller.id(), method.name());
                    match notes.iter_mut().find(|(_, known)| *known == note) {
                        Some((who, _)) => {
                            let _ = write!(who, ", {what}");
                        }
                        None => notes.push((what, note)),
                    }
                }
            }
            let trimmed = text.trim_end().len();
            text.truncate(trimmed);
            text.push('\n');
        }
        for (who, note) in notes {
            let _ = writeln!(text, "  {who}: {}", printable(&note));
        }
        text.push('\n');
    }
    text.push_str("yes: always · no: never · if: under the condition named · ?: not decided\n");
    text
}

fn mark(answer: &Answer) -> &'static str {
    match answer {
        Answer::Always => "yes",
        Answer::Never => "no",
        Answer::Conditional { .. } => "if",
        Answer::Unknown(_) => "?",
    }
}

fn note(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Always | Answer::Never => None,
        Answer::Conditional { condition, .. } => Some(format!("if {condition}")),
        Answer::Unknown(why) => Some(format!("not decided: {why}")),
    }
}

fn json_rows(rows: &[Row]) -> Vec<Json> {
    let cell = |caller: Caller, method: Method, answer: &Answer| {
        let mut cell = json!({ "caller": caller.id(), "method": method.name(), "answer": answer.word() });
        match answer {
            Answer::Always | Answer::Never => {}
            Answer::Unknown(why) => cell["reason"] = json!(why),
            Answer::Conditional { condition, at_will, proof } => {
                cell["condition"] = json!(condition);
                cell["whatever_is_stored"] = json!(at_will);
                if let Some(proof) = proof {
                    let map = |fields: &Option<_>| fields.clone().map(|fields| plain(&Value::Map(fields)));
                    cell["witness"] = json!({
                        "command": proof.curl(),
                        "path": proof.path(),
                        "auth": plain(&proof.auth),
                        "sent": map(&proof.sent),
                        "stored": map(&proof.stored),
                        "others": proof.others.iter()
                            .map(|(path, fields)| (path.clone(), plain(&Value::Map(fields.clone()))))
                            .collect::<serde_json::Map<_, _>>(),
                        "where": plain(&Value::Map(proof.pinned.clone())),
                    });
                }
            }
        }
        cell
    };
    rows.iter()
        .map(|row| {
            let cells: Vec<Json> =
                row.cells.iter().map(|entry| cell(entry.caller, entry.method, &entry.answer)).collect();
            json!({ "path": shown(&row.pattern), "access": cells })
        })
        .collect()
}

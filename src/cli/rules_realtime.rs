//! `gonogo rules` for the rules of a Realtime Database.

use std::{fmt::Write as _, path::Path};

use serde_json::{Value as Json, json};

use super::{failure::Failure, page::heading, rules::read};
use crate::{
    engine::{
        firestore::{ast::Span, position},
        realtime::{
            Caller, Decision, Grant, Operation, Query, Reach, Request, Ruleset, Survey, Task, compile, data,
        },
    },
    target::diagnostic::printable,
};

pub(super) const CALLERS: [(Caller, &str); 3] =
    [(Caller::Anonymous, "anonymous"), (Caller::Stranger, "stranger"), (Caller::Owner, "owner")];
pub(super) const TASKS: [(Task, &str); 3] =
    [(Task::Read, "read"), (Task::Write, "write"), (Task::Delete, "delete")];

/// Are these the rules of a Realtime Database?
pub(super) fn is_realtime(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "json")
}

/// A rules file that can be deployed.
pub(super) fn compiled(path: &Path) -> anyhow::Result<(String, Ruleset)> {
    let text = read(path)?;
    let rules = compile(&text);
    if let Some(problem) = rules.problems.first() {
        let line = line_of(&text, problem.span.start);
        let failure = Failure::new(format!("{}:{line}: {}", path.display(), problem.message));
        return Err(failure.help("the rules must be deployable before they can be tried").into());
    }
    Ok((text, rules))
}

/// Who can do what under each `.read` and `.write`, as a table.
pub(super) fn table(rules: &Ruleset, color: bool) -> String {
    let survey = Survey::of(rules, now());
    let mut text = String::new();
    for (path, grants) in paths(&survey) {
        text.push_str(&heading(&printable(&path), color));
        let _ = writeln!(text, "  {:18} {:8} {:8} delete", "", "read", "write");
        let mut notes: Vec<(String, String)> = Vec::new();
        for (caller, who) in CALLERS {
            let _ = write!(text, "  {who:18}");
            for (task, what) in TASKS {
                let reach = reach(&grants, caller, task);
                let _ = write!(text, " {:8}", reach.map_or("no", mark));
                if let Some(note) = reach.and_then(note) {
                    match notes.iter_mut().find(|(_, known)| *known == note) {
                        Some((known, _)) => {
                            let _ = write!(known, ", {who} {what}");
                        }
                        None => notes.push((format!("{who} {what}"), note)),
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
    text.push_str("yes: always · no: never · if: while the database holds what is named · ?: not decided\n");
    text.push_str("What is granted at a path holds for everything below it.\n");
    text
}

pub(super) fn json_of(rules: &Ruleset) -> Json {
    let survey = Survey::of(rules, now());
    let rows: Vec<Json> = paths(&survey)
        .into_iter()
        .map(|(path, grants)| {
            let mut cells = Vec::new();
            for (caller, who) in CALLERS {
                for (task, what) in TASKS {
                    let found = reach(&grants, caller, task);
                    let mut cell =
                        json!({ "caller": who, "method": what, "answer": found.map_or("never", word) });
                    if let Some(Reach::Unknown(why)) = found {
                        cell["reason"] = json!(why);
                    }
                    if let Some(witness) = found.and_then(Reach::witness) {
                        cell["witness"] = json!({ "command": witness.command(), "stored": witness.state() });
                    }
                    cells.push(cell);
                }
            }
            json!({ "path": path, "service": "database", "access": cells })
        })
        .collect();
    json!({ "schema": 1, "paths": rows, "incomplete": survey.incomplete })
}

/// Decides one read or write (`read`, `get`, `write`, `create`, `update`, `delete`).
pub(super) fn decided(
    rules: &Ruleset,
    word: &str,
    path: &str,
    auth: Option<&Json>,
    sent: Option<&Json>,
    stored: &[(String, Json)],
    now: f64,
) -> Result<Decision, String> {
    let operation = match word {
        "read" | "get" | "list" => Operation::Read,
        "delete" => Operation::Write(None),
        "write" | "create" | "update" => Operation::Write(sent.and_then(data)),
        _ => return Err(format!("`{word}` is not read, write or delete")),
    };
    let keys = |path: &str| -> Vec<String> {
        path.split('/').filter(|key| !key.is_empty()).map(str::to_owned).collect()
    };
    let mut before = Json::Null;
    for (path, value) in stored {
        let keys = keys(path);
        if keys.len() > 32 {
            return Err("a path has at most 32 levels".to_owned());
        }
        put(&mut before, &keys, value);
    }
    let request = Request {
        auth: auth.and_then(data),
        path: keys(path),
        operation,
        query: Query::new(),
        data: data(&before),
        now,
    };
    Ok(request.decide(rules))
}

/// In words, with the line.
pub(super) fn said(decision: &Decision, what: &str, text: &str, path: &Path) -> String {
    let at = |start: usize| format!("{}:{}", path.display(), line_of(text, start));
    match (decision.granted_by, decision.refused_by) {
        (Some(_), Some(refused)) => format!("{what} is denied: .validate at {}", at(refused.start)),
        (Some(granted), None) => format!("{what} is allowed by {}", at(granted.start)),
        (None, _) => format!("{what} is denied: no rule on the way to it grants it"),
    }
}

fn put(tree: &mut Json, keys: &[String], value: &Json) {
    let Some((key, rest)) = keys.split_first() else {
        tree.clone_from(value);
        return;
    };
    if !tree.is_object() {
        *tree = json!({});
    }
    if let Json::Object(children) = tree {
        put(children.entry(key.clone()).or_insert(Json::Null), rest, value);
    }
}

/// Grants by their path, in the order of the tree.
fn paths(survey: &Survey) -> Vec<(String, Vec<&Grant>)> {
    let mut paths: Vec<(String, Vec<&Grant>)> = Vec::new();
    for grant in &survey.grants {
        let path = grant.shown();
        match paths.iter_mut().find(|(known, _)| *known == path) {
            Some((_, grants)) => grants.push(grant),
            None => paths.push((path, vec![grant])),
        }
    }
    paths
}

fn reach<'g>(grants: &[&'g Grant], caller: Caller, task: Task) -> Option<&'g Reach> {
    grants.iter().find_map(|grant| grant.reach(caller, task))
}

fn mark(reach: &Reach) -> &'static str {
    match reach {
        Reach::Always(_) => "yes",
        Reach::Never => "no",
        Reach::InState(_) | Reach::ByQuery => "if",
        Reach::Unknown(_) => "?",
    }
}

pub(super) fn word(reach: &Reach) -> &'static str {
    match reach {
        Reach::Always(_) => "always",
        Reach::Never => "never",
        Reach::InState(_) | Reach::ByQuery => "conditional",
        Reach::Unknown(_) => "unknown",
    }
}

fn note(reach: &Reach) -> Option<String> {
    match reach {
        Reach::Always(_) | Reach::Never => None,
        Reach::InState(witness) => {
            let state = witness.state().unwrap_or_else(|| "nothing".to_owned());
            Some(format!("if the database holds, for example, {state}"))
        }
        Reach::ByQuery => Some("for some queries".to_owned()),
        Reach::Unknown(why) => Some(format!("not decided: {why}")),
    }
}

fn line_of(text: &str, start: usize) -> u32 {
    let start = u32::try_from(start).unwrap_or(u32::MAX);
    position(text, Span { start, end: start }.start).0
}

pub(super) fn now() -> f64 {
    jiff::Timestamp::now().as_millisecond() as f64
}

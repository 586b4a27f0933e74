//! `gonogo rules` for files: what a case or a matrix means under Storage rules.

use serde_json::{Value as Json, json};

use crate::engine::firestore::{
    Analysis,
    access::shown,
    ast::Span,
    prove::{Answer, Caller},
    request::{Decision, Denial, Fields, Method, Store},
    storage::{File, Request, Row, SERVICE, decide, explain, file},
    value::Value,
};

/// Does the file speak of Storage and not of Firestore?
pub(super) fn is_storage(analysis: &Analysis) -> bool {
    let ruleset = &analysis.compiled.ruleset;
    ruleset.service(SERVICE).is_some() && ruleset.service("cloud.firestore").is_none()
}

/// One request for a file, with the reasons where it is denied.
pub(super) fn decided(
    analysis: &Analysis,
    (method, path): (Method, &str),
    auth: Value,
    sent: Option<Fields>,
    stored: Option<Fields>,
    documents: &Store,
    now: i128,
) -> (Decision, Vec<(Span, Denial)>) {
    const BUCKET: &str = "bucket";
    let of = |given: Fields| -> File { file(BUCKET, path, given, now) };
    let writes = matches!(method, Method::Create | Method::Update);
    let request = Request {
        method,
        bucket: BUCKET.to_owned(),
        path: path.to_owned(),
        auth,
        sent: writes.then(|| of(sent.unwrap_or_default())),
        now,
    };
    let stored = stored.map(of);
    let decision = decide(&analysis.compiled, &request, stored.as_ref(), documents);
    (decision, explain(&analysis.compiled, &request, stored.as_ref(), documents))
}

pub(super) fn json_rows(rows: &[Row]) -> Vec<Json> {
    let cell = |row: &Row, caller: Caller, method: Method, answer: &Answer| {
        let mut cell = json!({ "caller": caller.id(), "method": method.name(), "answer": answer.word() });
        match answer {
            Answer::Always | Answer::Never => {}
            Answer::Unknown(why) => cell["reason"] = json!(why),
            Answer::Conditional { condition, at_will, .. } => {
                cell["condition"] = json!(condition);
                cell["whatever_is_stored"] = json!(at_will);
                if let Some(witness) = row.witness(caller, method) {
                    cell["witness"] = json!({ "command": witness.command(), "request": witness.told() });
                }
            }
        }
        cell
    };
    rows.iter()
        .map(|row| {
            let cells: Vec<Json> = row
                .plain
                .cells
                .iter()
                .map(|entry| cell(row, entry.caller, entry.method, &entry.answer))
                .collect();
            json!({ "path": shown(&row.plain.pattern), "service": "storage", "access": cells })
        })
        .collect()
}

//! Functions that an event starts, and whether they are started again when they fail.

use crate::{
    engine::source::{Id, Kind, Tree},
    seen::Trigger,
};

/// Of Firebase Functions, both generations. Functions that answer a request are not among them.
const EVENTS: &[&str] = &[
    "onDocumentCreated",
    "onDocumentUpdated",
    "onDocumentWritten",
    "onDocumentDeleted",
    "onMessagePublished",
    "onObjectFinalized",
    "onValueCreated",
    "onValueUpdated",
    "onValueWritten",
    "onCustomEventPublished",
];
const FIRST_GENERATION: &[&str] = &["onCreate", "onUpdate", "onWrite", "onPublish", "onFinalize"];
const OUTSIDE: &[&str] = &[
    "fetch(",
    "axios",
    "stripe.",
    "hubspot",
    "sendgrid",
    "sgMail",
    "resend.",
    "nodemailer",
    ".sendMail(",
    "twilio",
];

pub(super) fn find(path: &str, tree: &Tree) -> Vec<Trigger> {
    if !tree.text().contains("firebase") {
        return Vec::new();
    }
    let calls = tree.ids().filter_map(|id| match tree.kind(id) {
        Kind::Call { callee, arguments, .. } => Some((id, *callee, arguments)),
        _ => None,
    });
    let triggers = calls.filter_map(|(id, callee, arguments)| {
        let event = tree.last_name(callee);
        let retry = if EVENTS.contains(&event) {
            second_generation(tree, *arguments.first()?)
        } else if FIRST_GENERATION.contains(&event) && tree.path(callee).starts_with("functions.") {
            let builder = tree.source(callee);
            Some(builder.contains("failurePolicy") && !builder.contains("failurePolicy: false"))
        } else {
            return None;
        };
        let body = tree.source(id);
        Some(Trigger {
            path: path.to_owned(),
            line: tree.line(id),
            event: event.to_owned(),
            retry,
            calls_outside: OUTSIDE.iter().any(|sign| body.contains(sign)),
        })
    });
    triggers.collect()
}

/// The path alone is a set-up without options; options that are computed may hold it.
fn second_generation(tree: &Tree, options: Id) -> Option<bool> {
    match tree.kind(options) {
        Kind::Text(_) | Kind::Template(_) => Some(false),
        Kind::Object(entries) if entries.iter().any(|entry| entry.key.is_empty()) => None,
        Kind::Object(_) => match tree.entry(options, "retry").map(|retry| tree.kind(retry)) {
            Some(Kind::True) => Some(true),
            None | Some(Kind::False) => Some(false),
            Some(_) => None,
        },
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::source::parse;

    #[test]
    fn retries_are_read_from_both_generations() {
        let head = "import { onDocumentCreated } from 'firebase-functions/v2/firestore';\n";
        for (code, wanted) in [
            ("onDocumentCreated('a/{b}', async () => { await fetch(u); });", (Some(false), true)),
            ("onDocumentCreated({ document: 'a/{b}', retry: true }, async () => {});", (Some(true), false)),
            ("onDocumentCreated({ document: 'a', ...base }, async () => {});", (None, false)),
            (
                "functions.firestore.document('a/{b}').onCreate(async () => { await axios.post(u); });",
                (Some(false), true),
            ),
            (
                "functions.runWith({ failurePolicy: true }).firestore.document('a').onCreate(f);",
                (Some(true), false),
            ),
        ] {
            let tree = parse("a.ts", &format!("{head}{code}")).unwrap();
            let found: Vec<_> =
                find("a.ts", &tree).iter().map(|one| (one.retry, one.calls_outside)).collect();
            assert_eq!(found, [wanted], "{code}");
        }
    }
}

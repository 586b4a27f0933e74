//! What sources and results of other tools show of a product's operation.

mod answer;
mod axe;
mod call;
mod crm;
mod inbox;
mod intake;
mod lcov;
mod lighthouse;
mod limit;
mod log;
mod model;
mod schema;
mod trigger;
mod write;

pub use self::{
    axe::read as read_axe, lcov::read as read_lcov, lighthouse::read as read_lighthouse, schema::*,
};
use crate::{
    engine::source::{self, Id, Kind, Tree},
    seen::{Noted, Operation},
};

/// Most facts of one kind that are kept of a file.
const KEPT: usize = 40;

/// Reads one source of the server's side. `None`: it cannot be parsed, and nothing may be concluded.
pub fn read(path: &str, text: &str, into: &mut Operation) -> Option<()> {
    let tree = source::parse(path, text)?;
    into.calls.extend(call::find(path, &tree).into_iter().take(KEPT));
    into.memory_limits.extend(limit::find(path, &tree).into_iter().take(KEPT));
    into.intakes.extend(intake::find(path, &tree));
    into.triggers.extend(trigger::find(path, &tree).into_iter().take(KEPT));
    into.inboxes.extend(inbox::find(path, &tree).into_iter().take(KEPT));
    into.models.extend(model::find(path, &tree).into_iter().take(KEPT));
    into.logs.extend(log::find(path, &tree).into_iter().take(KEPT));
    into.answers.extend(answer::find(path, &tree).into_iter().take(KEPT));
    into.unvalidated.extend(answer::unvalidated(path, &tree).into_iter().take(KEPT));
    into.admins.extend(intake::admin(path, &tree));
    if let Some(at) = text.find("@sentry").or_else(|| text.find("/sentry")) {
        let line = text[..at].matches('\n').count() as u32 + 1;
        into.reporters.push(Noted { path: path.to_owned(), line, what: "Sentry".to_owned() });
    }
    into.writes.extend(write::find(path, &tree).into_iter().take(KEPT * 4));
    Some(())
}

/// Reads one source of the browser's side, where only inboxes are looked for.
pub fn read_page(path: &str, text: &str, into: &mut Operation) {
    if let Some(tree) = source::parse(path, text) {
        into.inboxes.extend(inbox::find(path, &tree).into_iter().take(KEPT));
    }
}

fn noted(path: &str, tree: &Tree, id: Id, what: impl Into<String>) -> Noted {
    Noted { path: path.to_owned(), line: tree.line(id), what: what.into() }
}

/// The outermost function around a node, or the module.
fn outermost(tree: &Tree, id: Id) -> Id {
    let functions = tree.ancestors(id).filter(|outer| matches!(tree.kind(*outer), Kind::Function(_)));
    functions.last().unwrap_or_else(|| tree.root())
}

/// The function around a node, or the module.
fn around(tree: &Tree, id: Id) -> Id {
    tree.function_around(id).unwrap_or_else(|| tree.root())
}

/// Does a text have a word in it, not as a part of a longer one?
fn has_word(text: &str, word: &str) -> bool {
    let is_part =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
        })
}

/// `a-b`, `aB` and `A_B` as words in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for letter in name.chars() {
        let breaks = !letter.is_alphanumeric() || letter.is_uppercase() && lower_before;
        lower_before = letter.is_lowercase() || letter.is_ascii_digit();
        if breaks && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

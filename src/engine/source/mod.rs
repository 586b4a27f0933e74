//! Source code as a tree that is the same for every language: TypeScript, TSX, JavaScript, Dart and
//! Python.
//!
//! [`parse`] gives a [`Tree`] of neutral nodes (calls, branches, catches, …) that a check can ask
//! about without knowing the language; [`mount::handlers`] finds the functions that answer requests
//! and how they are mounted. A syntax error costs only the part around it. Time, depth and size are
//! bounded whatever the text is.

mod ask;
mod language;
mod lower;
pub mod mount;
mod tree;

pub use self::{
    language::Language,
    tree::{Entry, Function, Id, Kind, Node, Tree},
};

/// Reads `text` as the language that `path` names. `None`: another language, or more than a person
/// wrote.
pub fn parse(path: &str, text: &str) -> Option<Tree> {
    let language = Language::of(path)?;
    let syntax = language.parse(text)?;
    Some(lower::lower(language, text, &syntax))
}

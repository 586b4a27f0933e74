//! Rules of the Firebase Realtime Database: the language, an evaluator, and what a caller can do at
//! will.
//!
//! A ruleset is JSON with comments. `.read` and `.write` hold for a node and everything below it
//! and cannot be taken back further down; `.validate` holds for its own node only, and not at all
//! when the node is deleted (<https://firebase.google.com/docs/database/security/core-syntax>).

mod candidates;
mod document;
mod eval;
mod expression;
mod json;
mod lexer;
mod method;
mod reach;
mod request;
mod state;
mod text;
mod tree;
mod value;

pub use self::{
    document::Span,
    expression::{Expr, Operator},
    reach::{Caller, Grant, Reach, Survey, Task, Witness, is_below},
    request::{Decision, Operation, Query, Request},
    state::{Json, Scalar},
    tree::{Name, Node, Problem, Rule, RuleKind, Ruleset, is_same},
};

/// Reads and compiles a rules file. What is wrong is in [`Ruleset::problems`].
pub fn compile(text: &str) -> Ruleset {
    tree::compile(text)
}

/// `value` as the data of a database: arrays are objects with numbers for keys, and what holds
/// nothing is not there (<https://firebase.google.com/docs/database/web/structure-data>).
pub fn data(value: &serde_json::Value) -> Option<Json> {
    json::data(value)
}

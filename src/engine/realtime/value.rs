//! Values of the language.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use super::{
    expression::Pattern,
    state::{Json, Scalar},
};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// A place in a tree, not yet looked at.
    Snapshot(Tree, Vec<String>),
    /// `auth`, `auth.token`.
    Object(Json),
    /// What `val()` gives for a place with children: neither null nor equal to a scalar.
    Children,
    /// The regular expression of `matches`.
    Regex(Pattern),
    /// Something that is not null, of which no more is known.
    Present,
    /// It depends on data that is not known.
    Unknown,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Tree {
    /// As it is before the request.
    Now,
    /// As it would be after it.
    Next,
    /// What the caller asks for in `query`, by its members.
    Query,
}

impl From<&Scalar> for Value {
    fn from(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::Bool(yes) => Self::Bool(*yes),
            Scalar::Number(number) => Self::Number(*number),
            Scalar::Text(text) => Self::Text(text.clone()),
        }
    }
}

impl From<Option<&Json>> for Value {
    fn from(json: Option<&Json>) -> Self {
        match json {
            None => Self::Null,
            Some(Json::Leaf(scalar)) => scalar.into(),
            Some(node) => Self::Object(node.clone()),
        }
    }
}

/// Compiled for a search that runs the engine's linear matcher.
///
/// # Errors
/// What the pattern does wrong, in words.
pub(super) fn regex(pattern: &Pattern) -> Result<Rc<regex::Regex>, String> {
    thread_local! {
        static KNOWN: RefCell<HashMap<(String, bool), Rc<regex::Regex>>> = RefCell::default();
    }
    let key = (pattern.source.clone(), pattern.ignores_case);
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&key).cloned()) {
        return Ok(known);
    }
    // In JavaScript a slash is escaped, which other engines refuse for no need.
    let compiled = regex::RegexBuilder::new(&pattern.source.replace("\\/", "/"))
        .case_insensitive(pattern.ignores_case)
        .size_limit(1 << 20)
        .build()
        .map_err(|_| "a regular expression is not understood or too large".to_owned())?;
    let compiled = Rc::new(compiled);
    KNOWN.with_borrow_mut(|known| {
        if known.len() > 1_000 {
            known.clear();
        }
        known.insert(key, Rc::clone(&compiled));
    });
    Ok(compiled)
}

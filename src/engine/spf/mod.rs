//! SPF (RFC 7208), without I/O: grammar, evaluation with its limits, and the tree of lookups.
//!
//! DNS is asked through [`Resolve`]; recorded answers are one resolver, a test's zone another.

mod evaluate;
mod expand;
mod grammar;
mod macros;
mod record;
mod repair;
mod tree;

use crate::seen::{Answers, Miss, Rr, unescape};

pub use self::{
    evaluate::{Checked, Outcome, Sender, check_host},
    expand::reverse,
    grammar::{errors, parse},
    macros::MacroString,
    record::{Kind, Mechanism, Qualifier, Record, SyntaxError, Term},
    repair::repair,
    tree::{Fetched, Node, Tree, tree},
};

/// Terms that need a lookup, at most (section 4.6.4).
pub const MAX_LOOKUPS: usize = 10;
/// Lookups without an answer, at most (section 4.6.4).
pub const MAX_VOID: usize = 2;
/// MX or PTR names looked at, at most (section 4.6.4).
pub const MAX_NAMES: usize = 10;

/// Answers DNS questions: records in presentation form (see [`Answers`]), none for a name or type
/// that does not exist.
pub trait Resolve {
    fn resolve(&self, name: &str, rr: Rr) -> Result<Vec<String>, Miss>;
}

impl Resolve for Answers {
    fn resolve(&self, name: &str, rr: Rr) -> Result<Vec<String>, Miss> {
        self.get(name, rr).map(<[String]>::to_vec).map_err(Clone::clone)
    }
}

/// Is it an SPF record: `v=spf1` and then a space or the end (section 4.5)?
pub fn is_spf(txt: &str) -> bool {
    let head = txt.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("v=spf1"));
    head && matches!(txt.as_bytes().get(6), None | Some(b' '))
}

/// The SPF records among TXT records.
pub fn select(txt: &[String]) -> Vec<&str> {
    txt.iter().map(String::as_str).filter(|record| is_spf(record)).collect()
}

/// Every error of a record in presentation form.
pub fn errors_of(txt: &str) -> Vec<SyntaxError> {
    errors(&unescape(txt))
}

/// Parses a record in presentation form.
pub fn parse_text(txt: &str) -> Result<Record, SyntaxError> {
    parse(&unescape(txt))
}

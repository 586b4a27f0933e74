//! Firebase security rules: the language of `firestore.rules` and `storage.rules`, read, compiled,
//! evaluated and, with unknown values, judged for whole classes of visitors.
//!
//! The language and its limits are Google's (<https://firebase.google.com/docs/rules/rules-language>);
//! where the documentation is silent, the behaviour is that of the Firestore emulator.

pub mod access;
mod analysis;
pub mod ast;
pub mod client;
pub mod collection;
mod compile;
mod eval;
mod fault;
mod fields;
pub mod indexes;
mod parse;
mod path;
pub mod prove;
pub mod request;
mod scope;
pub mod storage;
pub mod survey;
mod token;
pub mod value;
pub mod witness;

pub use self::analysis::{Analysis, Spot, spot};
use self::ast::{Diagnostic, Ruleset};
pub use self::fault::{Fault, FaultKind};

/// A rules file that was read, whether or not it can be deployed.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    pub ruleset: Ruleset,
    /// Each keeps the file from being deployed; in the order of the text.
    pub errors: Vec<Diagnostic>,
    /// What the engine accepts and then fails on at run time.
    pub warnings: Vec<Diagnostic>,
    /// What the engine warns of though it does no harm: things declared and not used, an old version.
    pub remarks: Vec<Diagnostic>,
}

/// Google's limit for the source of a ruleset, in bytes.
const MOST_BYTES: usize = 256 * 1024;

/// Reads and compiles a rules file. Never fails: what is wrong is in `errors`.
pub fn compile(text: &str) -> Compiled {
    if text.len() > MOST_BYTES {
        let message = "the file is larger than 256 KiB, the limit for rules".to_owned();
        let errors = vec![Diagnostic { span: ast::Span::default(), message }];
        return Compiled { ruleset: Ruleset::default(), errors, warnings: Vec::new(), remarks: Vec::new() };
    }
    let (ruleset, mut errors) = parse::parse(text);
    let findings = compile::check(&ruleset);
    errors.extend(findings.errors);
    errors.sort_by_key(|error| error.span);
    Compiled { ruleset, errors, warnings: findings.warnings, remarks: findings.remarks }
}

/// Do both say the same, apart from comments and blanks?
pub fn is_same(one: &str, other: &str) -> bool {
    let words = |text: &str| token::words(text).0.into_iter().map(|token| token.word).collect::<Vec<_>>();
    one == other || words(one) == words(other)
}

/// Line and column, both from 1; the column counts UTF-16 code units.
pub fn position(text: &str, offset: u32) -> (u32, u32) {
    let before = text.get(..text.floor_char_boundary(offset as usize)).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = 1 + memchr::memchr_iter(b'\n', before.as_bytes()).count();
    let column = 1 + before[line_start..].encode_utf16().count();
    (line as u32, column as u32)
}

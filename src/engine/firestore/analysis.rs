//! Everything that is worked out once about one file.

use super::{
    Compiled,
    access::{Grant, grants},
    ast::Span,
    compile, position,
    prove::{Reach, refine},
};

/// A file read, compiled and judged.
#[derive(Clone, Debug)]
pub struct Analysis {
    pub compiled: Compiled,
    /// In the order of the text.
    pub grants: Vec<Grant>,
    /// What was shown by requests, beyond what is open by itself.
    pub reached: Vec<Reach>,
    /// More grants than are judged: what was not found may still be there.
    pub incomplete: bool,
}

impl Analysis {
    pub fn of(text: &str) -> Self {
        let compiled = compile(text);
        let (mut grants, incomplete) = grants(&compiled, None);
        let reached = refine(&compiled, &mut grants);
        Self { compiled, grants, reached, incomplete }
    }
}

/// A place in a rules file as people read it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Spot {
    /// From 1.
    pub line: u32,
    /// From 1, in UTF-16 code units.
    pub column: u32,
    /// The line without its indentation, long quoted words shortened: one may be a secret.
    pub text: String,
}

pub fn spot(text: &str, span: Span) -> Spot {
    let (line, column) = position(text, span.start);
    let text = text.lines().nth(line as usize - 1).unwrap_or_default().trim_end();
    Spot { line, column, text: redacted(text) }
}

/// Keeps the first four characters of a quoted word that is long enough for a key or an id.
fn redacted(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for piece in line.split_inclusive(['\'', '"']) {
        let word = piece.trim_end_matches(['\'', '"']);
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+/=.".contains(&byte);
        if word.len() >= 20 && word.bytes().all(is_word) && shown.ends_with(['\'', '"']) {
            shown.push_str(&word[..4]);
            shown.push('…');
            shown.push_str(&piece[word.len()..]);
        } else {
            shown.push_str(piece);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_quoted_words_are_shortened() {
        let line = "allow read: if request.auth.uid == 'aaaabbbbccccddddeeeeffff' || d == 'x';";
        assert_eq!(redacted(line), "allow read: if request.auth.uid == 'aaaa…' || d == 'x';");
    }
}

//! Cuts a migration into statements, each with its line, before any grammar is asked.
//!
//! One statement at a time keeps a fault where it is, and lets statements that a recursive parser
//! must not be given (endless nesting) be turned away by counting.

/// One statement of a file, without its semicolon.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Statement<'a> {
    pub(super) text: &'a str,
    /// From 1; of its first word, not of the comments before it.
    pub(super) line: u32,
}

/// More words than this without a semicolon are not parsed.
const MAX_WORDS: usize = 4_000;
/// Brackets, and openings of blocks, inside one another.
const MAX_DEPTH: usize = 150;
/// Statements longer than this are not parsed.
const MAX_BYTES: usize = 512 * 1024;

/// The statements of a file in their order. Quotes, dollar quotes, comments, `BEGIN ATOMIC` bodies
/// and the data of `COPY … FROM stdin` are respected; psql's backslash lines are left out.
pub(super) fn split(text: &str) -> Vec<Statement<'_>> {
    let mut cutter = Cutter { text, bytes: text.as_bytes(), at: 0, line: 1, found: Vec::new() };
    while cutter.at < cutter.bytes.len() {
        cutter.statement();
    }
    cutter.found
}

/// May this be given to a parser that recurses?
pub(super) fn is_bounded(text: &str) -> bool {
    if text.len() > MAX_BYTES {
        return false;
    }
    let (mut words, mut depth, mut blocks, mut in_word) = (0_usize, 0_usize, 0_usize, false);
    let mut word_start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let is_word = byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80;
        if is_word && !in_word {
            word_start = at;
        } else if !is_word && in_word {
            words += 1;
            blocks += usize::from(opens_block(&text.as_bytes()[word_start..at]));
        }
        in_word = is_word;
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b';' => words = 0,
            b',' | b'\'' | b'"' | b'.' => {}
            _ if !is_word && !byte.is_ascii_whitespace() => words += 1,
            _ => {}
        }
        if words > MAX_WORDS || depth > MAX_DEPTH || blocks > MAX_WORDS {
            return false;
        }
    }
    true
}

fn opens_block(word: &[u8]) -> bool {
    [&b"begin"[..], b"loop", b"then", b"case"].iter().any(|opening| word.eq_ignore_ascii_case(opening))
}

struct Cutter<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: u32,
    found: Vec<Statement<'a>>,
}

impl<'a> Cutter<'a> {
    /// Reads up to and over the next semicolon outside quotes.
    fn statement(&mut self) {
        self.skip_blank();
        if self.peek(0) == Some(b'\\') {
            return self.skip_line();
        }
        let (start, line) = (self.at, self.line);
        let mut atomic = 0_usize;
        while let Some(byte) = self.peek(0) {
            match byte {
                b';' if atomic == 0 => break,
                b'\'' => self.quoted(b'\'', self.is_escape_string()),
                b'"' => self.quoted(b'"', false),
                b'$' => self.dollar_quoted(),
                b'-' if self.peek(1) == Some(b'-') => self.skip_line(),
                b'/' if self.peek(1) == Some(b'*') => self.block_comment(),
                b'_' | b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => {
                    let word = self.word();
                    atomic = nesting_after(atomic, word, &self.text[start..self.at]);
                }
                _ => self.step(),
            }
        }
        let text = self.text[start..self.at].trim_end();
        self.step();
        if !text.is_empty() {
            self.found.push(Statement { text, line });
            if copies_from_stdin(text) {
                self.skip_copy_data();
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn step(&mut self) {
        if self.peek(0) == Some(b'\n') {
            self.line += 1;
        }
        self.at = (self.at + 1).min(self.bytes.len());
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            self.step();
        }
    }

    fn skip_blank(&mut self) {
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b'-'), Some(b'-')) => self.skip_line(),
                (Some(b'/'), Some(b'*')) => self.block_comment(),
                (Some(byte), _) if byte.is_ascii_whitespace() => self.step(),
                (Some(0xEF), Some(0xBB)) if self.peek(2) == Some(0xBF) => self.at += 3,
                _ => return,
            }
        }
    }

    /// Block comments nest in PostgreSQL.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.peek(0).is_some() {
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    self.step();
                }
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    self.step();
                }
                _ => {}
            }
            self.step();
            if depth == 0 {
                return;
            }
        }
    }

    fn quoted(&mut self, quote: u8, backslash: bool) {
        self.step();
        while let Some(byte) = self.peek(0) {
            self.step();
            if byte == b'\\' && backslash {
                self.step();
            } else if byte == quote {
                if self.peek(0) != Some(quote) {
                    return;
                }
                self.step();
            }
        }
    }

    /// `E'…'` knows backslash escapes.
    fn is_escape_string(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.bytes.get(at)).copied();
        matches!(before(1), Some(b'e' | b'E')) && !before(2).is_some_and(|byte| byte.is_ascii_alphanumeric())
    }

    fn dollar_quoted(&mut self) {
        let rest = &self.bytes[self.at..];
        let tag = rest[1..].iter().take(64).position(|byte| *byte == b'$');
        let is_tag = |tag: &[u8]| {
            tag.first().is_none_or(|byte| !byte.is_ascii_digit())
                && tag.iter().all(|byte| *byte == b'_' || byte.is_ascii_alphanumeric() || *byte >= 0x80)
        };
        let Some(length) = tag.filter(|length| is_tag(&rest[1..=*length])) else { return self.step() };
        let tag = &rest[..length + 2];
        let body = &rest[tag.len()..];
        let end =
            memchr::memmem::find(body, tag).map_or(self.bytes.len(), |end| self.at + 2 * tag.len() + end);
        while self.at < end {
            self.step();
        }
    }

    fn word(&mut self) -> &'a str {
        let start = self.at;
        while self
            .peek(0)
            .is_some_and(|byte| byte == b'_' || byte == b'$' || byte.is_ascii_alphanumeric() || byte >= 0x80)
        {
            self.step();
        }
        &self.text[start..self.at]
    }

    fn skip_copy_data(&mut self) {
        while self.at < self.bytes.len() {
            let start = self.at;
            self.skip_line();
            let is_end = self.text[start..self.at].trim_end() == "\\.";
            self.step();
            if is_end {
                return;
            }
        }
    }
}

/// `BEGIN ATOMIC … END` holds statements with semicolons of their own, and `CASE … END` inside.
fn nesting_after(atomic: usize, word: &str, so_far: &str) -> usize {
    let is = |wanted: &str| word.eq_ignore_ascii_case(wanted);
    if is("atomic") {
        let before = so_far[..so_far.len() - word.len()].trim_end();
        let begins = before.len() >= 5
            && before.is_char_boundary(before.len() - 5)
            && before[before.len() - 5..].eq_ignore_ascii_case("begin");
        return if begins { atomic + 1 } else { atomic };
    }
    match atomic {
        0 => 0,
        _ if is("case") => atomic + 1,
        _ if is("end") => atomic - 1,
        _ => atomic,
    }
}

fn copies_from_stdin(text: &str) -> bool {
    let head = text.as_bytes().get(..5).unwrap_or_default();
    head.eq_ignore_ascii_case(b"copy ") && text.to_ascii_lowercase().contains("from stdin")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<(&str, u32)> {
        split(sql).into_iter().map(|statement| (statement.text, statement.line)).collect()
    }

    #[test]
    fn semicolons_in_quotes_and_comments_do_not_cut() {
        let sql = "-- a; b\nselect ';' ;\n/* ; /* ; */ ; */ select \"a;b\", E'\\';', $x$ ; $x$;\nselect 1";
        let found = texts(sql);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[0], ("select ';'", 2));
        assert_eq!(found[1].1, 3);
        assert_eq!(found[2], ("select 1", 4));
    }

    #[test]
    fn an_atomic_body_is_one_statement() {
        let sql = "create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3";
        assert_eq!(texts(sql).len(), 2);
    }

    #[test]
    fn copied_data_is_no_statement() {
        let sql = "copy t (a) from stdin;\n1;drop\n\\.\nselect 1;\\restrict x\nselect 2;";
        assert_eq!(texts(sql), [("copy t (a) from stdin", 1), ("select 1", 4), ("select 2", 5)]);
    }

    #[test]
    fn a_dollar_that_opens_no_quote_is_a_character() {
        assert_eq!(texts("select $1; select $2").len(), 2);
        assert_eq!(texts("select $$ never closed ; ").len(), 1);
        assert_eq!(texts("select '; never closed").len(), 1);
    }

    #[test]
    fn endless_nesting_is_turned_away() {
        assert!(!is_bounded(&"(".repeat(200)));
        assert!(!is_bounded(&"not ".repeat(5_000)));
        assert!(!is_bounded(&"1+".repeat(5_000)));
        assert!(!is_bounded(&"begin x; ".repeat(5_000)));
        assert!(is_bounded(&"a = 1 and (b = 2);".repeat(2_000)));
    }
}

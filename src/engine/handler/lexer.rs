//! Tells code from comments and strings in JavaScript and TypeScript.
//!
//! Not a parser: enough that a commented-out call does not count, and that positions stay those of
//! the source. Where the grammar needs context (is `/` a division?) the last token decides.

/// The source twice, byte for byte as long as it was.
#[derive(Clone, Debug)]
pub(super) struct Lexed {
    /// Without comments and without what strings contain; code inside `${…}` is kept.
    pub(super) bare: String,
    /// Without comments only.
    pub(super) strings: String,
}

/// Nested templates deeper than this are not a person's code.
const DEEPEST: usize = 64;
/// Longest regular expression looked for, in bytes.
const REGEX: usize = 2_000;

pub(super) fn lex(source: &str) -> Lexed {
    let mut lexer = Lexer {
        source: source.as_bytes(),
        bare: source.as_bytes().to_vec(),
        strings: source.as_bytes().to_vec(),
        at: 0,
        templates: Vec::new(),
        last: b'\n',
        word: String::new(),
    };
    lexer.run();
    Lexed { bare: text(lexer.bare), strings: text(lexer.strings) }
}

/// Only whole characters are ever blanked, so this is UTF-8; if not, nothing is known.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

struct Lexer<'a> {
    source: &'a [u8],
    bare: Vec<u8>,
    strings: Vec<u8>,
    at: usize,
    /// Open braces inside each `${` that is open.
    templates: Vec<u32>,
    /// The last byte of code that is not blank, and the word it ends.
    last: u8,
    word: String,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'/' if self.peek(1) == Some(b'/') => self.comment(b"\n", 0),
                b'/' if self.peek(1) == Some(b'*') => self.comment(b"*/", 2),
                b'/' if self.regex_may_start() => self.regex(),
                b'\'' | b'"' => self.quoted(byte),
                b'`' => self.template(),
                b'}' if self.templates.last() == Some(&0) => {
                    self.templates.pop();
                    self.template();
                }
                _ => self.code(byte),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.source.get(self.at + ahead).copied()
    }

    fn code(&mut self, byte: u8) {
        match (byte, self.templates.last_mut()) {
            (b'{', Some(depth)) => *depth += 1,
            (b'}', Some(depth)) => *depth = depth.saturating_sub(1),
            _ => {}
        }
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' {
            let continues = self.at > 0 && self.source[self.at - 1] == self.last;
            if !continues || !is_word(self.last) {
                self.word.clear();
            }
            self.word.push(byte as char);
        } else if !byte.is_ascii_whitespace() {
            self.word.clear();
        }
        if !byte.is_ascii_whitespace() {
            self.last = byte;
        }
        self.at += 1;
    }

    fn comment(&mut self, end: &[u8], closing: usize) {
        let rest = &self.source[self.at..];
        let start = closing.min(rest.len());
        let length =
            memchr::memmem::find(&rest[start..], end).map_or(rest.len(), |found| start + found + closing);
        self.blank(self.at, self.at + length, true);
        self.at += length;
    }

    fn quoted(&mut self, quote: u8) {
        let start = self.at + 1;
        self.at = start;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.at += 1,
                b'\n' => break,
                _ if byte == quote => break,
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.source.len());
        self.blank(start, self.at, false);
        self.at += usize::from(self.peek(0) == Some(quote));
        self.ends_value();
    }

    /// From a backtick, or from the `}` that ends an expression, to the next of either.
    fn template(&mut self) {
        let start = self.at + 1;
        self.at = start;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.at += 1,
                b'`' => break,
                b'$' if self.peek(1) == Some(b'{') && self.templates.len() < DEEPEST => break,
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.source.len());
        self.blank(start, self.at, false);
        if self.peek(0) == Some(b'$') {
            self.templates.push(0);
            self.at += 2;
            self.last = b'{';
            self.word.clear();
        } else {
            self.at += usize::from(self.peek(0).is_some());
            self.ends_value();
        }
    }

    fn regex(&mut self) {
        let (mut end, mut class) = (self.at + 1, false);
        // Longer ones are not written by people, and the limit keeps this linear.
        while let Some(&byte) = self.source.get(end).filter(|_| end < self.at + REGEX) {
            match byte {
                b'\n' => return self.code(b'/'),
                b'\\' => end += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => {
                    self.blank(self.at + 1, end, false);
                    self.at = end + 1;
                    return self.ends_value();
                }
                _ => {}
            }
            end += 1;
        }
        self.code(b'/');
    }

    /// After a value a `/` divides; after an operator or one of these words it begins a regex.
    fn regex_may_start(&self) -> bool {
        const BEFORE: &[&str] = &[
            "return", "typeof", "case", "in", "of", "delete", "void", "throw", "do", "else", "await", "yield",
        ];
        if is_word(self.last) {
            return BEFORE.contains(&self.word.as_str());
        }
        b"(,=:[!&|?{;+-*%~^>\n".contains(&self.last)
    }

    fn ends_value(&mut self) {
        self.last = b'"';
        self.word.clear();
    }

    fn blank(&mut self, from: usize, to: usize, comment: bool) {
        let to = to.min(self.source.len());
        for at in from..to {
            if self.source[at] != b'\n' {
                self.bare[at] = b' ';
                if comment {
                    self.strings[at] = b' ';
                }
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn bare(source: &str) -> String {
        let lexed = lex(source);
        assert_eq!((lexed.bare.len(), lexed.strings.len()), (source.len(), source.len()));
        lexed.bare
    }

    #[test]
    fn comments_and_strings_are_blank() {
        assert_eq!(bare("a // verify()\nb"), "a            \nb");
        assert_eq!(bare("a /* x\ny */ b"), "a     \n     b");
        assert_eq!(bare("f('it\\'s', \"//\")"), "f('     ', \"  \")");
        assert_eq!(lex("f('x') // y").strings, "f('x')     ");
    }

    #[test]
    fn templates_keep_their_code() {
        assert_eq!(bare("`a ${f({b: `c ${d}`})} e`"), "`  ${f({b: `  ${d}`})}  `");
    }

    #[test]
    fn regexes_are_told_from_divisions() {
        assert_eq!(bare("x = /['\"]/g; y"), "x = /    /g; y");
        assert_eq!(bare("x = a / b; y = 'c' / d"), "x = a / b; y = ' ' / d");
        assert_eq!(bare("return /a[/]b/.test(x)"), "return /     /.test(x)");
    }

    #[test]
    fn hostile_text_ends() {
        for source in ["'", "`", "`${", "/*", "/", "\\", "'\\", "`\\", "}}}}", "${", "\u{feff}é`${'ü"] {
            bare(source);
        }
        bare(&"`${".repeat(10_000));
    }
}

//! Words of the rules language.
//!
//! The one oddity is the slash: directly followed by a path character, `(`, `{` or `$` it begins a
//! path segment, so that `6/2` is the number 6 and the path `/2`; only `6 / 2` divides.

use super::ast::{Diagnostic, Span};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Name(String),
    /// `None` where it does not fit at all.
    Int(Option<u64>),
    Float(f64),
    Text(String),
    Bytes(Option<Vec<u8>>),
    /// `/users` or `/(default)`.
    PathText(String),
    /// A slash before `{` or `$(`.
    PathOpen,
    /// Punctuation, longest first: `&&`, `==`, `{`, …
    Sign(&'static str),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) word: Word,
    pub(super) span: Span,
}

const SIGNS: [&str; 31] = [
    "&&", "||", "==", "!=", "<=", ">=", "++", "--", "**", "{", "}", "(", ")", "[", "]", ",", ";", ":", ".",
    "<", ">", "+", "-", "*", "/", "%", "!", "?", "=", "$", "&",
];

/// A file with this many mistakes is not a rules file; more would only be repeated.
pub(super) const MOST_MISTAKES: usize = 50;

/// Splits a text into words; what is no word is reported and skipped.
pub(super) fn words(text: &str) -> (Vec<Token>, Vec<Diagnostic>) {
    let mut lexer = Lexer { text, at: 0, comments: true, mistakes: Vec::new() };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next_word() {
        tokens.push(token);
        if lexer.mistakes.len() >= MOST_MISTAKES {
            break;
        }
    }
    let end = Span::new(lexer.at, lexer.at);
    tokens.push(Token { word: Word::End, span: end });
    (tokens, lexer.mistakes)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Can there still be a block comment? One failed search for its end answers for all.
    comments: bool,
    mistakes: Vec<Diagnostic>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next_word(&mut self) -> Option<Token> {
        loop {
            self.skip_blanks();
            let start = self.at;
            let first = self.rest().chars().next()?;
            let word = match first {
                'b' | 'B' if matches!(self.rest().as_bytes().get(1), Some(b'\'' | b'"')) => {
                    self.at += 1;
                    self.quoted().map(|raw| Word::Bytes(bytes_of(&raw)))
                }
                'a'..='z' | 'A'..='Z' | '_' | '$' if !self.rest().starts_with("$(") => Some(self.name()),
                '0'..='9' => Some(self.number()),
                '.' if self.rest().as_bytes().get(1).is_some_and(u8::is_ascii_digit) => Some(self.number()),
                '\'' | '"' => self.quoted().map(|raw| Word::Text(text_of(&raw))),
                '/' => Some(self.slash()),
                _ => self.sign(first),
            };
            if let Some(word) = word {
                return Some(Token { word, span: Span::new(start, self.at) });
            }
            if self.mistakes.len() >= MOST_MISTAKES {
                return None;
            }
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{c}']).len();
            if blanks > 0 {
                self.at += blanks;
            } else if rest.starts_with("//") {
                self.at += memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            } else if self.comments && rest.starts_with("/*") {
                match rest.get(2..).and_then(|body| body.find("*/")) {
                    Some(end) => self.at += end + 4,
                    None => self.comments = false,
                }
            } else {
                return;
            }
        }
    }

    fn take_while(&mut self, keep: impl Fn(u8) -> bool) -> String {
        let length = self.rest().bytes().take_while(|byte| keep(*byte)).count();
        let taken = self.rest().get(..length).unwrap_or_default().to_owned();
        self.at += length;
        taken
    }

    fn name(&mut self) -> Word {
        Word::Name(self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'))
    }

    /// `5`, `5.`, `5.0`, `.5`; `007` is three numbers.
    fn number(&mut self) -> Word {
        let whole = if self.rest().starts_with('0') {
            self.at += 1;
            "0".to_owned()
        } else {
            self.take_while(|byte| byte.is_ascii_digit())
        };
        if !self.rest().starts_with('.') {
            return Word::Int(whole.parse().ok());
        }
        self.at += 1;
        let fraction = self.take_while(|byte| byte.is_ascii_digit());
        Word::Float(format!("{whole}.{fraction}0").parse().unwrap_or(0.0))
    }

    fn slash(&mut self) -> Word {
        self.at += 1;
        match self.rest().bytes().next() {
            Some(b'{') => Word::PathOpen,
            Some(b'$') if self.rest().starts_with("$(") => Word::PathOpen,
            Some(b'(') => {
                let end = 1 + self.rest().bytes().skip(1).take_while(|byte| is_path(*byte)).count();
                if self.rest().as_bytes().get(end) != Some(&b')') {
                    return Word::Sign("/");
                }
                let segment = self.rest().get(..=end).unwrap_or_default().to_owned();
                self.at += end + 1;
                Word::PathText(segment)
            }
            Some(byte) if is_path(byte) => Word::PathText(self.take_while(is_path)),
            _ => Word::Sign("/"),
        }
    }

    /// The text between quotes with its escapes, which must be known ones; a line break ends it.
    fn quoted(&mut self) -> Option<String> {
        let start = self.at;
        let quote = self.rest().bytes().next()?;
        let mut at = 1;
        let bytes = self.rest().as_bytes();
        while let Some(&byte) = bytes.get(at) {
            if byte == quote {
                let raw = self.rest().get(1..at).unwrap_or_default().to_owned();
                self.at += at + 1;
                return Some(raw);
            }
            if byte == b'\n' || byte == b'\r' {
                break;
            }
            if byte == b'\\' {
                let Some(length) = escape_length(&bytes[at..]) else { break };
                at += length;
            } else {
                at += 1;
            }
        }
        self.at += 1;
        self.mistake(start, format!("missing a closing {}", char::from(quote)));
        None
    }

    fn sign(&mut self, first: char) -> Option<Word> {
        // The engine passes over half an operator and stumbles over what follows it.
        let mut behind = self.rest().chars().skip(1);
        let is_half = matches!(first, '&' | '|') && behind.next().is_some_and(|next| next != first);
        if is_half && behind.next().is_some_and(char::is_alphanumeric) {
            self.at += 1;
            return None;
        }
        if let Some(sign) = SIGNS.iter().find(|sign| self.rest().starts_with(**sign)) {
            self.at += sign.len();
            return Some(Word::Sign(sign));
        }
        let start = self.at;
        self.at += first.len_utf8();
        self.mistake(start, format!("`{}` is not part of the language", first.escape_default()));
        None
    }

    fn mistake(&mut self, start: usize, message: String) {
        self.mistakes.push(Diagnostic { span: Span::new(start, self.at), message });
    }
}

fn is_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"%&'*+-.:@_~".contains(&byte)
}

/// Length of the escape at the head of `bytes` including the backslash, if the engine knows it.
fn escape_length(bytes: &[u8]) -> Option<usize> {
    let hex = |count: usize| {
        (bytes.len() >= count + 2 && bytes[2..count + 2].iter().all(u8::is_ascii_hexdigit))
            .then_some(count + 2)
    };
    match bytes.get(1)? {
        b'n' | b'r' | b't' | b'b' | b'f' | b'\\' | b'\'' | b'"' => Some(2),
        b'x' => hex(2),
        b'u' => hex(4),
        b'0'..=b'3' => {
            let octal = |at: usize| bytes.get(at).is_some_and(|byte| (b'0'..=b'7').contains(byte));
            (octal(2) && octal(3)).then_some(4)
        }
        _ => None,
    }
}

/// Unescapes into UTF-16 code units, so that a pair of `\u` escapes makes one character.
fn text_of(raw: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(raw.len());
    each_escape(raw, |piece| match piece {
        Piece::Char(char) => units.extend(char.encode_utf16(&mut [0; 2]).iter()),
        Piece::Code(code, _) => units.push(u16::try_from(code).unwrap_or(0xfffd)),
    });
    String::from_utf16_lossy(&units)
}

/// A `\u` escape has no place among bytes.
fn bytes_of(raw: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut good = true;
    each_escape(raw, |piece| match piece {
        Piece::Char(char) => bytes.extend(char.encode_utf8(&mut [0; 4]).bytes()),
        Piece::Code(_, true) => good = false,
        Piece::Code(code, false) => bytes.push(u8::try_from(code).unwrap_or_default()),
    });
    good.then_some(bytes)
}

enum Piece {
    Char(char),
    /// A numeric escape, and whether it was `\u`.
    Code(u32, bool),
}

fn each_escape(raw: &str, mut tell: impl FnMut(Piece)) {
    let mut rest = raw;
    while let Some(first) = rest.chars().next() {
        let length =
            if first == '\\' { escape_length(rest.as_bytes()).unwrap_or(1) } else { first.len_utf8() };
        let (piece, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = tail;
        if first != '\\' {
            tell(Piece::Char(first));
            continue;
        }
        let digits = piece.get(2..).unwrap_or_default();
        match piece.as_bytes().get(1) {
            Some(b'n') => tell(Piece::Char('\n')),
            Some(b'r') => tell(Piece::Char('\r')),
            Some(b't') => tell(Piece::Char('\t')),
            Some(b'b') => tell(Piece::Char('\u{8}')),
            Some(b'f') => tell(Piece::Char('\u{c}')),
            Some(b'x') => tell(Piece::Code(u32::from_str_radix(digits, 16).unwrap_or(0), false)),
            Some(b'u') => tell(Piece::Code(u32::from_str_radix(digits, 16).unwrap_or(0), true)),
            Some(b'0'..=b'3') => {
                let octal = piece.get(1..).unwrap_or_default();
                tell(Piece::Code(u32::from_str_radix(octal, 8).unwrap_or(0), false));
            }
            Some(other) => tell(Piece::Char(char::from(*other))),
            None => {}
        }
    }
}
